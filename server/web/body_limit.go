package web

import (
	"bytes"
	"io"
	"strings"
	"time"

	"dateline/releases/files"

	"github.com/gofiber/fiber/v2"
)

const (
	// MaxBody is how many bytes a request may carry, unless it carries a file.
	MaxBody = 1 << 20
	// MaxFile is how many bytes a request that carries a file may have: the largest file, and the form
	// around it.
	MaxFile = files.MaxBytes + 1<<20

	filePatience    = 5 * time.Minute
	hearOutPatience = 2 * time.Second
)

// carriesFile says whether a request is one of the few that may be large: lists and files, sent by
// those who are signed in. Its body stays on the wire until the handler, which by then knows who
// asks, reads it with FileBody.
func carriesFile(c *fiber.Ctx) bool {
	path := strings.TrimSuffix(c.Path(), "/")
	inside := strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/desk/")
	return inside && (strings.HasSuffix(path, "/import") || strings.HasSuffix(path, "/files"))
}

// limitBody reads a request's body before its handler does, or refuses it with a 413.
func limitBody(c *fiber.Ctx) error {
	stream := c.Request().BodyStream()
	if stream == nil {
		return c.Next()
	}
	if carriesFile(c) {
		// What a handler leaves unread would be taken for the next request on this connection.
		c.Context().SetConnectionClose()
		err := c.Next()
		hearOut(c)
		return err
	}
	body, err := io.ReadAll(io.LimitReader(stream, MaxBody+1))
	if err != nil {
		c.Context().SetConnectionClose()
		return fiber.ErrBadRequest
	}
	if len(body) > MaxBody {
		hearOut(c)
		c.Context().SetConnectionClose()
		return fiber.ErrRequestEntityTooLarge
	}
	if err := c.Request().CloseBodyStream(); err != nil {
		return err
	}
	c.Request().SetBodyStream(bytes.NewReader(body), len(body))
	return c.Next()
}

// hearOut reads on for a while: a sender who is cut off in mid-sentence would never see the answer.
func hearOut(c *fiber.Ctx) {
	stream := c.Request().BodyStream() // one read to its end is gone, and may be another request's by now
	if stream == nil {
		return
	}
	// Whoever ends early, or says nothing more for that long, has been heard out too.
	_ = c.Context().Conn().SetReadDeadline(time.Now().Add(hearOutPatience))
	_, _ = io.CopyN(io.Discard, stream, 8*MaxBody)
}

// FileBody is the body of a request that carries a file, which may take its time. Past MaxFile bytes
// reading it fails with fiber.ErrRequestEntityTooLarge.
func FileBody(c *fiber.Ctx) io.Reader {
	stream := c.Request().BodyStream()
	if stream == nil {
		return bytes.NewReader(nil)
	}
	if until, ok := c.UserContext().Deadline(); ok {
		// A connection that can't be given more time has ended, as the first read will tell.
		_ = c.Context().Conn().SetReadDeadline(until)
	}
	return &fileBody{stream: stream, left: MaxFile}
}

type fileBody struct {
	stream io.Reader
	left   int
}

func (f *fileBody) Read(p []byte) (int, error) {
	n, err := f.stream.Read(p)
	if f.left -= n; f.left < 0 {
		return 0, fiber.ErrRequestEntityTooLarge
	}
	return n, err
}
