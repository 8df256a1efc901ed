// Package desk is where press officers work: signing in, writing, approving, scheduling, watching the
// mail go. Every handler names the role that may call it.
package desk

import (
	"log/slog"
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

// Deps is what the desk works with.
type Deps struct {
	Auth        *auth.Store
	Releases    *releases.Desk
	Subscribers *subscribers.Store
	Ledger      *jobs.Ledger
	Engine      *jobs.Engine
	Mailbox     *mail.Capture // nil when a relay takes the mail
	Preview     func(releases.Live) ([]byte, error)
	Words       *words.Words
	Assets      *web.Assets
	BaseURL     string
	Now         func() time.Time
	Log         *slog.Logger
}

// Desk is the press officers' side.
type Desk struct{ deps Deps }

// New parses every page.
func New(d Deps) (*Desk, error) { panic("unwritten") }

// Register adds /desk and what is under it.
func (d *Desk) Register(app fiber.Router) { panic("unwritten") }
