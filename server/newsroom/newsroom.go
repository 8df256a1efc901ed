// Package newsroom is the public side: newsrooms, releases, feeds, subscribing and leaving. It is
// given releases.Public and so cannot see, let alone show, a release before its lift.
//
// Every address is in routes.go. What is embargoed, what is missing and what never could be are one
// answer, whose bytes are made at start; see Site.NotFound.
package newsroom

import (
	"context"
	"embed"
	"io"
	"time"

	"dateline/feeds"
	"dateline/jobs"
	"dateline/jobs/hub"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

//go:embed pages/*.html static
var files embed.FS

// Poster sends single letters. *jobs.Engine is one.
type Poster interface {
	Post(ctx context.Context, l jobs.Letter) error
}

// Limiter bounds how often a stranger may do something. *auth.Store is one.
type Limiter interface {
	Allow(ctx context.Context, name string, limit int, window time.Duration) (bool, error)
}

// Files keeps the bytes of pictures and documents. *files.Store is one.
type Files interface {
	Open(id, key string) (io.ReadSeekCloser, error)
}

// Hub takes requests for subscriptions to feeds. *hub.Hub is one.
type Hub interface {
	Ask(ctx context.Context, from string, r hub.Request) error
}

// Deps is what the public side works with.
type Deps struct {
	Public      *releases.Public
	Files       Files
	Passes      Passes
	Subscribers *subscribers.Store
	Letters     Poster
	Hub         Hub
	Limits      Limiter
	Words       *words.Words
	BaseURL     string // without a slash at its end
	IndexNowKey string // proves to search engines that what they are told comes from here; "" when they are told nothing
	Now         func() time.Time
}

// Site is the public side.
type Site struct {
	deps      Deps
	assets    *web.Assets
	documents feeds.Site
	pages     *web.Pages
	notFound  map[string][]byte // the page, by language
	editions  editions
	kept      *web.Cache[releases.Edition]
	inside    fasthttp.RequestHandler // answers as a stranger is answered; see Document
}

// New parses every page.
func New(d Deps) (*Site, error) {
	assets, err := web.NewAssets(files, "static")
	if err != nil {
		return nil, err
	}
	pages, err := web.NewPages(files, "pages", assets, d.Words)
	if err != nil {
		return nil, err
	}
	documents := feeds.Site{Base: d.BaseURL, Words: d.Words}
	s := &Site{deps: d, assets: assets, documents: documents, pages: pages, notFound: make(map[string][]byte)}
	s.editions.public, s.kept = d.Public, web.NewCache[releases.Edition](keptPages)
	for _, language := range d.Words.Languages() {
		if s.notFound[language], err = s.renderNotFound(language); err != nil {
			return nil, err
		}
	}
	s.inside = s.newInside()
	return s, nil
}

// Register adds the public routes. It must come last: /{n} takes every single-part path.
func (s *Site) Register(app fiber.Router) {
	s.assets.Register(app)
	app.Use(s.allowReading)
	crossOrigin := web.CrossOrigin(s.deps.BaseURL)
	for _, r := range s.routes() {
		if r.method == fiber.MethodGet {
			app.Get(r.path, r.handle)
		} else {
			app.Add(r.method, r.path, crossOrigin, r.handle)
		}
	}
}
