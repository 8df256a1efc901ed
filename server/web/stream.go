package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// ListPatience is how long a list may take to be read by whoever asked for it.
const ListPatience = 10 * time.Minute

// Stream answers with a body as it is made, never whole in memory, within a time of its own: the
// request's deadline ends with its handler. produce runs beside the answer and so must not touch c; what
// it writes leaves in blocks, or when it flushes. An error before the first of them is returned, and can
// still become a page. One after that cuts the connection off, so that nobody takes half for the whole.
// HEAD is answered without making any of it.
func Stream(c *fiber.Ctx, patience time.Duration, produce func(ctx context.Context, w *bufio.Writer) error) error {
	if c.Method() == fiber.MethodHead {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(Context(c)), patience)
	out, in := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(in, 16<<10)
		err := guarded(ctx, w, produce)
		if err == nil {
			err = w.Flush()
		}
		in.CloseWithError(err)
	}()
	body := &streamed{Reader: bufio.NewReaderSize(out, 16<<10), out: out, cancel: cancel}
	if _, err := body.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		body.Close()
		return err
	}
	// A reader that stalls is given up when the time is over; its connection is then of no more use.
	conn := c.Context().Conn()
	body.giveUp = context.AfterFunc(ctx, func() { cut(conn, out) })
	c.Context().SetConnectionClose()
	c.Response().SetBodyStream(body, -1)
	return nil
}

// streamed is the answer's side of a stream. It is closed when the answer has been sent, or can't be.
type streamed struct {
	*bufio.Reader
	out    *io.PipeReader
	cancel func()
	giveUp func() bool
}

func (s *streamed) Close() error {
	if s.giveUp != nil {
		s.giveUp()
	}
	s.cancel()
	return s.out.Close()
}

func cut(conn net.Conn, out *io.PipeReader) {
	out.CloseWithError(context.DeadlineExceeded)
	conn.SetWriteDeadline(time.Now())
}

// guarded turns a panic into an error: no handler is above to catch it.
func guarded(ctx context.Context, w *bufio.Writer, produce func(context.Context, *bufio.Writer) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return produce(ctx, w)
}
