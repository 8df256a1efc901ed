package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"dateline/releases"

	"github.com/gofiber/fiber/v2"
)

// FileAnswer is a file that is answered with, and how it may be kept.
type FileAnswer struct {
	File         releases.File
	Content      io.ReadSeekCloser
	LastModified time.Time // zero has no date
	Cache        string
}

// inline are the types that may be shown in place. Everything else is saved: a page, a drawing or a
// program of somebody else's must not act under our name.
var inline = []string{
	"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "application/pdf",
	"audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "video/mp4", "video/webm",
}

// SendFile answers with a file by RFC 9110: one range of it where one is asked for (section 14), 304,
// 412 and 416. Content is closed. HEAD is answered as GET.
func SendFile(c *fiber.Ctx, a FileAnswer) error {
	err := sendFile(c, a)
	if err != nil || c.Response().StatusCode() >= fiber.StatusMultipleChoices {
		a.Content.Close()
	}
	return err
}

func sendFile(c *fiber.Ctx, a FileAnswer) error {
	tag := `"` + a.File.Hash[:min(32, len(a.File.Hash))] + `"`
	modified := a.LastModified.UTC().Truncate(time.Second)
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, a.Cache)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy(a.File))
	if !a.LastModified.IsZero() {
		c.Set(fiber.HeaderLastModified, modified.Format(http.TimeFormat))
	} else {
		modified = time.Time{}
	}
	if status := precondition(c, tag, modified, time.Now()); status != 0 {
		return c.Status(status).Send(nil)
	}
	start, length, status := int64(0), a.File.Bytes, fiber.StatusOK
	if asked := c.Get(fiber.HeaderRange); asked != "" && c.Method() == fiber.MethodGet && rangeStands(c, tag, modified) {
		first, n, answer := readRange(asked, a.File.Bytes)
		switch answer {
		case fiber.StatusRequestedRangeNotSatisfiable:
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", a.File.Bytes))
			return c.Status(answer).Send(nil)
		case fiber.StatusPartialContent:
			start, length, status = first, n, answer
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", first, first+n-1, a.File.Bytes))
		}
	}
	if _, err := a.Content.Seek(start, io.SeekStart); err != nil {
		return fmt.Errorf("send file %s: %w", a.File.ID, err)
	}
	c.Set(fiber.HeaderContentType, a.File.Type)
	c.Set(fiber.HeaderContentDisposition, disposition(a.File))
	c.Status(status).Context().SetBodyStream(section{io.LimitReader(a.Content, length), a.Content}, int(length))
	return nil
}

// section is a part of a file that closes the whole.
type section struct {
	io.Reader
	io.Closer
}

// filePolicy lets a file do nothing. Chrome shows no PDF in a sandbox; its viewer is one.
func filePolicy(f releases.File) string {
	const nothing = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	if f.Type == "application/pdf" {
		return nothing + "; object-src 'self'; plugin-types application/pdf"
	}
	return nothing + "; sandbox"
}

// disposition names the file, for programs that know only ASCII and for all others (RFC 6266).
func disposition(f releases.File) string {
	how := "attachment"
	mediaType, _, _ := mime.ParseMediaType(f.Type)
	if slices.Contains(inline, mediaType) {
		how = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '"' || r == '\\' || r == '%':
			return '_'
		case r > unicode.MaxASCII || unicode.IsControl(r):
			return '_'
		}
		return r
	}, f.Name)
	// RFC 8187 section 3.2.1 leaves fewer characters alone than a path does.
	full := strings.NewReplacer("+", "%20", "%7E", "~").Replace(url.QueryEscape(f.Name))
	return how + `; filename="` + plain + `"; filename*=UTF-8''` + full
}
