// Package api is JSON for programs, under /api/v1, described at /api/v1/openapi.json. Every operation
// names the role that a token needs.
//
// A request passes the edge (no-store; whatever fails becomes a problem), the token, the operation's
// role, and then huma, which reads it into the operation's input and refuses fields that there are
// not. What the fields hold is checked by the domain, which tells every fault at once.
package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// Root is where the API is.
const Root = "/api/v1"

// Engine is told of lifts and sends single letters. *jobs.Engine is one.
type Engine interface {
	Wake()
	Post(ctx context.Context, l jobs.Letter) error
}

// Deps is what the API works with.
type Deps struct {
	Auth        *auth.Store
	Releases    *releases.Desk
	Passes      *releases.Passes
	Files       web.FileStore
	Subscribers *subscribers.Store
	Ledger      *jobs.Ledger
	Engine      Engine
	Words       *words.Words
	BaseURL     string
}

type api struct {
	Deps
	huma      huma.API
	described func() []byte // the OpenAPI description, as it is served
}

// Register adds /api/v1 and what is under it. It is an app of its own, mounted, so that also what is
// refused before any of its routes, such as a body that is too large, is answered as a problem.
func Register(app *fiber.App, d Deps) {
	a := &api{Deps: d}
	own := fiber.New(fiber.Config{Immutable: true, ErrorHandler: a.refuse})
	own.Use(a.edge)
	own.Get("/openapi.json", a.description)
	own.Use(a.identify)
	a.huma = newHuma(own, d.BaseURL, a.inOurWords)
	a.registerNewsrooms()
	a.registerReleases()
	a.registerSteps()
	a.registerLife()
	a.registerFiles()
	a.registerPasses()
	a.registerDispatches()
	a.registerSubscribers()
	a.registerLists()
	a.described = describe(a.huma.OpenAPI())
	refuseOtherMethods(own, a.huma.OpenAPI())
	own.Use(func(*fiber.Ctx) error { return releases.ErrNotFound })
	app.Mount(Root, own)
}

// edge is around everything, in whatever case the path is written.
func (a *api) edge(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if err := c.Next(); err != nil {
		return a.refuse(c, err)
	}
	return nil
}

// refuse answers with an error as a problem.
func (a *api) refuse(c *fiber.Ctx, err error) error {
	web.Blame(c, err)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return send(c, problemOf(err, a.speaker(c)))
}

// speaker speaks what the program asks for, English when it asks for nothing.
func (a *api) speaker(c *fiber.Ctx) words.Speaker {
	return a.Words.In(c.Get(fiber.HeaderAcceptLanguage))
}

// refuseOtherMethods answers a known path with a wrong method, and says which there are (RFC 9110
// section 15.5.6).
func refuseOtherMethods(own fiber.Router, described *huma.OpenAPI) {
	for path, item := range described.Paths {
		var methods []string
		for method, operation := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if operation != nil {
				methods = append(methods, method)
			}
		}
		slices.Sort(methods)
		allow := strings.Join(methods, ", ")
		own.All(strings.NewReplacer("{", ":", "}", "").Replace(path), func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderAllow, allow)
			return fiber.ErrMethodNotAllowed
		})
	}
}
