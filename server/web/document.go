package web

import (
	"crypto/sha256"
	"encoding/base64"
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
	// TypeCSV is the Content-Type of every list.
	TypeCSV = "text/csv; charset=utf-8"
)

// Document is a rendered answer that may be asked for conditionally.
type Document struct {
	Body         []byte
	Type         string    // media type with charset
	LastModified time.Time // of anything in it; zero when that isn't known
	Until        time.Time // when it goes out of date by itself; zero for never
	Cache        string    // Cache-Control
	Vary         string    // headers of the request that it depends on, beside Accept-Encoding
	Link         string    // Link header, where it has one
	Policy       string    // Content-Security-Policy, where it has one of its own
	Open         bool      // scripts of other sites may read it (CORS): it is for anyone, and holds nothing of the asker's
}

// Rendered is a document made ready to be sent any number of times.
type Rendered struct {
	Document
	hash     [sha256.Size]byte
	tag      string
	modified string
}

// Render makes a document ready. What tells it from another is its body and what that is taken for.
func Render(d Document) *Rendered {
	r := &Rendered{Document: d}
	h := sha256.New()
	h.Write([]byte(d.Type + "\n"))
	h.Write(d.Body)
	h.Sum(r.hash[:0])
	r.tag = base64.RawURLEncoding.EncodeToString(r.hash[:16])
	r.LastModified = d.LastModified.UTC().Truncate(time.Second)
	r.modified = r.LastModified.Format(http.TimeFormat)
	if r.Document.Vary != "" {
		r.Document.Vary += ", "
	}
	r.Document.Vary += fiber.HeaderAcceptEncoding
	return r
}

// size is about how much memory it takes.
func (r *Rendered) size() int { return len(r.Body) + 512 }

// Send answers with a document that is not kept.
func Send(c *fiber.Ctx, d Document) error { return Render(d).Send(c, time.Now()) }

// Send answers by RFC 9110: encoded as the client would have it (section 12.5.3), with an ETag of its
// own for each encoding, and 304 or 412 where section 13.2.2 says so. HEAD is answered as GET. The app
// must be one of NewApp's, which keeps the encoded bodies.
func (r *Rendered) Send(c *fiber.Ctx, now time.Time) error {
	as := negotiate(c.Get(fiber.HeaderAcceptEncoding), len(r.Body))
	body, err := encodingsOf(c).get(encodingKey{r.hash, as}, r.Body)
	if err != nil {
		return err
	}
	tag := `"` + r.tag + `"`
	if as != identity {
		tag = `"` + r.tag + "-" + string(as) + `"`
	}
	modified := r.LastModified
	if !settled(modified, now) {
		modified = time.Time{}
	}
	r.setHeaders(c, tag, modified)
	if status := precondition(c, tag, modified, now); status != 0 {
		return c.Status(status).Send(nil)
	}
	if as != identity {
		c.Set(fiber.HeaderContentEncoding, string(as))
	}
	c.Set(fiber.HeaderContentType, r.Type)
	return c.Status(fiber.StatusOK).Send(body)
}

// setHeaders sets those that a 304 has too.
func (r *Rendered) setHeaders(c *fiber.Ctx, tag string, modified time.Time) {
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderVary, r.Document.Vary)
	c.Set(fiber.HeaderCacheControl, r.Cache)
	if !modified.IsZero() {
		c.Set(fiber.HeaderLastModified, r.modified)
	}
	if r.Link != "" {
		c.Set(fiber.HeaderLink, r.Link)
	}
	if r.Policy != "" {
		c.Set(fiber.HeaderContentSecurityPolicy, r.Policy)
	}
	if r.Open {
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		c.Set(fiber.HeaderAccessControlExposeHeaders, "ETag, Last-Modified, Link")
	}
}

// settled says whether the second of a change is over. A date of last change is not given before: a
// second change in it would be taken for no change (RFC 9110 section 8.8.2.2).
func settled(modified, now time.Time) bool {
	return !modified.IsZero() && now.Sub(modified) >= time.Second
}
