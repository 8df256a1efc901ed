// Package api is JSON for programs, under /api/v1, described at /api/v1/openapi.json. Every operation
// names the role that a token needs.
package api

import (
	"log/slog"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// Deps is what the API works with.
type Deps struct {
	Auth        *auth.Store
	Releases    *releases.Desk
	Subscribers *subscribers.Store
	Ledger      *jobs.Ledger
	Engine      *jobs.Engine
	Words       *words.Words
	BaseURL     string
	Now         func() time.Time
	Log         *slog.Logger
}

// Register adds /api/v1 and what is under it.
func Register(app *fiber.App, d Deps) { panic("unwritten") }
