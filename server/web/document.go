package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Values of Cache-Control and Content-Type that answers have in common.
const (
	NoStore = "no-store" // for one person, or what must not be kept across a lift
	NoCache = "no-cache" // may be kept, and is asked for again each time: a 304 costs little
	// TypeHTML is the Content-Type of every page.
	TypeHTML = "text/html; charset=utf-8"
)

// Document is a rendered answer that may be asked for conditionally.
type Document struct {
	Body         []byte
	Type         string // media type with charset
	LastModified time.Time
	Cache        string // Cache-Control
	Open         bool   // scripts of other sites may read it (CORS): it is for anyone, and holds nothing of the asker's
}

// Send answers with a document by RFC 9110: encoded as the client would have it (section 12.5.3),
// with an ETag of its own for each encoding, and 304 or 412 where section 13.2.2 says so. HEAD is
// answered as GET. The app must be one of NewApp's, which keeps the encoded bodies.
func Send(c *fiber.Ctx, d Document) error {
	coding := negotiate(c.Get(fiber.HeaderAcceptEncoding), len(d.Body))
	body, tag, err := encodingsOf(c).get(d.Body, coding)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, tag)
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, d.Cache)
	if d.Open {
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, Last-Modified, Link")
	}
	modified := d.LastModified.UTC().Truncate(time.Second)
	if !d.LastModified.IsZero() {
		c.Set(fiber.HeaderLastModified, modified.Format(http.TimeFormat))
	}
	if status := precondition(c, tag, modified); status != 0 {
		return c.Status(status).Send(nil)
	}
	if coding != identity {
		c.Set(fiber.HeaderContentEncoding, string(coding))
	}
	c.Set(fiber.HeaderContentType, d.Type)
	return c.Status(fiber.StatusOK).Send(body)
}
