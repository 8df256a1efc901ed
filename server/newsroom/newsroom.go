// Package newsroom is the public side: newsrooms, releases, feeds, subscribing and leaving. It is
// given releases.Public and so cannot see, let alone show, a release before its lift.
package newsroom

import (
	"log/slog"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/web"
	"dateline/subscribers"

	"context"

	"github.com/gofiber/fiber/v2"
)

// Poster sends single letters. *jobs.Engine is one.
type Poster interface {
	Post(ctx context.Context, l jobs.Letter) error
}

// Limiter bounds how often a stranger may do something. *auth.Store is one.
type Limiter interface {
	Allow(ctx context.Context, name string, limit int, window time.Duration) (bool, error)
}

var _ Limiter = (*auth.Store)(nil)

// Deps is what the public side works with.
type Deps struct {
	Public      *releases.Public
	Subscribers *subscribers.Store
	Letters     Poster
	Limits      Limiter
	Words       *words.Words
	Assets      *web.Assets
	BaseURL     string
	Now         func() time.Time
	Log         *slog.Logger
}

// Site is the public side.
type Site struct{ deps Deps }

// New parses every page.
func New(d Deps) (*Site, error) { panic("unwritten") }

// Register adds the public routes. It must come last: /{n} takes every single-part path.
func (s *Site) Register(app fiber.Router) { panic("unwritten") }

// NotFound is the one answer to everything that is not there, embargoed or never written.
func (s *Site) NotFound(c *fiber.Ctx) error { panic("unwritten") }

// Preview renders a release's page as the world would see it, for the desk.
func (s *Site) Preview(l releases.Live) ([]byte, error) { panic("unwritten") }
