package newsroom

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"dateline/jobs/hub"
	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// The keys under which a request from inside carries what it is asked with, and its error.
type (
	insideKey struct{}
	nowKey    struct{}
	causeKey  struct{}
)

// Document is what a stranger's GET of a path and query gives at now, by the same handler. It is
// releases.ErrNotFound unless the answer offers itself as a topic of the hub.
func (s *Site) Document(ctx context.Context, now time.Time, target string) (hub.Document, error) {
	// What is kept may be a few milliseconds behind a change made elsewhere: whoever asks here may have seen it.
	s.editions.turn()
	var c fasthttp.RequestCtx
	c.Init(&fasthttp.Request{}, nil, nil)
	c.Request.SetRequestURI(target)
	c.SetUserValue(insideKey{}, context.WithValue(ctx, nowKey{}, now))
	s.inside(&c)
	self, isTopic := selfLink(string(c.Response.Header.Peek(fiber.HeaderLink)))
	switch status := c.Response.StatusCode(); {
	case status >= fiber.StatusInternalServerError:
		cause, _ := c.UserValue(causeKey{}).(error)
		return hub.Document{}, fmt.Errorf("GET %s: %w", target, cause)
	case status != fiber.StatusOK || !isTopic:
		return hub.Document{}, releases.ErrNotFound
	}
	return hub.Document{
		Self: self, Type: string(c.Response.Header.ContentType()), Body: slices.Clone(c.Response.Body()),
	}, nil
}

// newInside answers GETs as the public side does, without a line in the log for each.
func (s *Site) newInside() fasthttp.RequestHandler {
	app := web.NewApp(s.Error, slog.New(slog.DiscardHandler))
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(c.Locals(insideKey{}).(context.Context))
		err := c.Next()
		c.Locals(causeKey{}, err)
		return err
	})
	for _, r := range s.routes() {
		if r.method == fiber.MethodGet {
			app.Get(r.path, r.handle)
		}
	}
	return app.Handler()
}

// now is the instant that a request is answered for: the present, unless it was asked from inside.
func (s *Site) now(c *fiber.Ctx) time.Time {
	if at, ok := web.Context(c).Value(nowKey{}).(time.Time); ok {
		return at
	}
	return s.deps.Now()
}

// selfLink is the address that a Link header of offerHub's gives as the topic's own.
func selfLink(header string) (string, bool) {
	_, after, _ := strings.Cut(header, `rel="hub", <`)
	return strings.CutSuffix(after, `>; rel="self"`)
}
