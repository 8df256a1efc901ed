// Package desk is where press officers work: signing in, writing, approving, scheduling, watching the
// mail go. routes.go lists every page with the role that may call it; each action has a file of its
// own and takes a request: who asks, in which newsroom, in which language. Pages are forms rendered
// here; the one script only refreshes counts and the preview, and everything works without it.
//
// The desk speaks the language of the browser (Accept-Language), whatever the newsroom's is: the
// people of one newsroom need not share one.
package desk

import (
	"context"
	"embed"
	"fmt"
	"io"
	"strings"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

//go:embed all:pages assets
var files embed.FS

// Engine is what the desk needs of the background work. *jobs.Engine is one.
type Engine interface {
	// Wake says that a lift was set, moved or cleared.
	Wake()
	// Health says what is wrong with Redis, the relay, the database and the clocks.
	Health(ctx context.Context) jobs.Health
}

// Files keeps the bytes of pictures and documents. *files.Store is one.
type Files interface {
	web.FileStore
	Open(id, key string) (io.ReadSeekCloser, error)
}

// Deps is what the desk works with.
type Deps struct {
	Leaks       LeakTests // nil where nothing is served
	Auth        *auth.Store
	Releases    *releases.Desk
	Passes      *releases.Passes
	Files       Files
	Subscribers *subscribers.Store
	Ledger      *jobs.Ledger
	Engine      Engine
	Mailbox     *mail.Capture // nil when a relay takes the mail
	Preview     func(releases.Live) ([]byte, error)
	Sending     func() (mail.Sending, error) // the keys and relays as they are now
	DNS         mail.Resolver
	Words       *words.Words
	BaseURL     string
	Now         func() time.Time
}

// Desk is the press officers' side.
type Desk struct {
	deps   Deps
	assets *web.Assets
	pages  *web.Pages
	cookie string // name of the session cookie

	watches *watches
}

// New parses every page.
func New(deps Deps) (*Desk, error) {
	assets, err := web.NewAssets(files, "assets")
	if err != nil {
		return nil, fmt.Errorf("desk assets: %w", err)
	}
	pages, err := web.NewPages(files, "pages", assets, deps.Words)
	if err != nil {
		return nil, fmt.Errorf("desk pages: %w", err)
	}
	d := &Desk{deps: deps, assets: assets, pages: pages, cookie: cookieName(deps.BaseURL)}
	d.watches = newWatches(d.lookAt, deps.Now)
	return d, nil
}

// Close ends every stream, so that the server can end.
func (d *Desk) Close() { d.watches.close() }

// Register adds /desk and what is under it.
func (d *Desk) Register(app fiber.Router) {
	d.assets.Register(app)
	// Not app.Group's own handlers: Fiber runs those for every path that begins alike, such as a
	// newsroom's /desktop.
	group, first := app.Group("/desk"), []fiber.Handler{private, web.CrossOrigin(d.deps.BaseURL)}
	for _, route := range d.routes() {
		handlers := append(first, d.handler(route))
		group.Add(route.method, route.path, handlers...)
		if route.method == fiber.MethodGet {
			group.Head(route.path, handlers...)
		}
	}
	missing := append(first, d.handler(route{role: anyone, action: notFound}))
	app.All("/desk", missing...)
	app.All("/desk/*", missing...)
}

// private keeps everything of the desk out of caches and search engines, and lets its pages frame its
// own previews.
func private(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, web.NoStore)
	c.Set("X-Robots-Tag", "noindex")
	c.Set(fiber.HeaderContentSecurityPolicy, policy(c)+"; frame-src 'self'")
	return c.Next()
}

// policy is the Content-Security-Policy that the answer has so far.
func policy(c *fiber.Ctx) string {
	return string(c.Response().Header.Peek(fiber.HeaderContentSecurityPolicy))
}

func notFound(*request) error { return releases.ErrNotFound }

func (d *Desk) secure() bool { return strings.HasPrefix(d.deps.BaseURL, "https://") }
