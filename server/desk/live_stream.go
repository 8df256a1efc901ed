package desk

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"time"

	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// followDispatch streams what changes on a dispatch's page.
func followDispatch(r *request) error {
	d, _, err := r.dispatch()
	if err != nil {
		return err
	}
	return r.stream(source{dispatch: d.ID}, r.c.Query("state"))
}

// followLift streams what changes on a release's lift page.
func followLift(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	return r.stream(source{release: release.ID}, "")
}

// stream sends the live parts of a page as server-sent events, each time that they have changed, until
// nothing changes any more, the session ends, or the desk closes.
func (r *request) stream(of source, state string) error {
	r.c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	r.c.Set("X-Accel-Buffering", "no") // or nginx would keep it for itself
	cookie := r.c.Cookies(r.cookie)
	// Fiber takes c back when the handler returns: what follows it must not touch that.
	viewer := &request{Desk: r.Desk, say: r.say, who: r.who, newsroom: r.newsroom}
	return web.Stream(r.c, streamLife, func(ctx context.Context, w *bufio.Writer) error {
		snapshots, leave, err := viewer.watches.follow(of, viewer.who.ID)
		if err != nil {
			return err
		}
		defer leave()
		err = viewer.sendParts(ctx, w, snapshots, cookie, state)
		if errors.Is(err, errStreamOver) || ctx.Err() != nil {
			return nil
		}
		return err
	})
}

// errStreamOver ends a stream in good order.
var errStreamOver = errors.New("over")

func (r *request) sendParts(ctx context.Context, w *bufio.Writer, snapshots <-chan snapshot, cookie, state string) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	if _, err := w.WriteString("retry: 3000\n\n"); err != nil {
		return err
	}
	var last []byte
	for {
		select {
		case s, open := <-snapshots:
			if !open {
				return errStreamOver
			}
			parts, err := r.pages.Part(r.say.Language, "lift", "live", r.liveView(s, state))
			if err == nil && !bytes.Equal(parts, last) {
				last = parts
				err = event(w, "parts", parts)
			}
			if err == nil && s.over() {
				err = errors.Join(event(w, "over", nil), errStreamOver)
			}
			if err != nil {
				return err
			}
		case <-beat.C:
			if _, err := w.WriteString(": still here\n\n"); err != nil {
				return err
			}
			if err := errors.Join(w.Flush(), r.stillAllowed(ctx, cookie)); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stillAllowed ends a stream whose session has ended, or whose officer may do something else by now.
func (r *request) stillAllowed(ctx context.Context, cookie string) error {
	who, err := r.deps.Auth.UnusedSession(ctx, cookie)
	if errors.Is(err, auth.ErrUnauthorized) || err == nil && who.Role != r.who.Role {
		return errStreamOver
	}
	return err
}

// event writes one server-sent event.
func event(w *bufio.Writer, name string, data []byte) error {
	w.WriteString("event: " + name + "\n")
	for line := range bytes.Lines(data) {
		w.WriteString("data: ")
		w.Write(bytes.TrimRight(line, "\r\n"))
		w.WriteByte('\n')
	}
	if len(data) == 0 {
		w.WriteString("data: \n")
	}
	w.WriteByte('\n')
	return w.Flush()
}
