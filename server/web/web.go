// Package web is what every page and answer needs: page sets, static assets with their content hash
// in the address, conditional answers, the table from errors to statuses, and middleware.
package web

import (
	"context"
	"html/template"
	"io/fs"
	"time"

	"dateline/releases/words"

	"github.com/gofiber/fiber/v2"
)

// Pages is a set of page templates, each parsed with the set's layout in a namespace of its own.
// Every page is parsed at start; a broken one stops the program.
type Pages struct{}

// NewPages parses every *.html of dir in files: those that begin with "_" are shared by all others,
// and "_layout.html" defines "layout", which every page fills. Functions that every template has:
// t and tn for words in the page's language, asset for the address of a static file, and time and
// number formats. A page's data must embed Page.
func NewPages(files fs.FS, dir string, assets *Assets, w *words.Words) (*Pages, error) {
	panic("unwritten")
}

// Page is what every page's data embeds.
type Page struct {
	Say         words.Speaker
	Title       string
	Description string
	Canonical   string
}

// Write renders a page whole, then answers with it: a failing template never sends half a page.
func (p *Pages) Write(c *fiber.Ctx, status int, name string, data any) error { panic("unwritten") }

// Bytes renders a page to memory.
func (p *Pages) Bytes(name string, data any) ([]byte, error) { panic("unwritten") }

// Assets serves embedded static files under /static/{hash}/{name}, immutable.
type Assets struct{}

// NewAssets hashes every file of dir in files.
func NewAssets(files fs.FS, dir string) (*Assets, error) { panic("unwritten") }

// URL is the address of a file with its content's hash; unknown names panic when pages are parsed.
func (a *Assets) URL(name string) string { panic("unwritten") }

// Register adds the route.
func (a *Assets) Register(app fiber.Router) { panic("unwritten") }

// Document is a rendered answer that may be asked for conditionally.
type Document struct {
	Body         []byte
	Type         string // media type with charset
	LastModified time.Time
	Cache        string // Cache-Control; "no-cache" where it may be kept but must be asked for again
}

// Send answers with a document by RFC 9110 section 13: ETag per encoding, If-None-Match before
// If-Modified-Since, 304 with all its headers, HEAD, gzip and brotli, Vary.
func Send(c *fiber.Ctx, d Document) error { panic("unwritten") }

// Problem is an RFC 9457 answer's content, from any error: the status, and words in the language of
// say. Unknown errors are 500 with a plain text; their detail goes to the log only.
type Problem struct {
	Status int
	Detail string
	Fields []FieldProblem // for a 422
}

// FieldProblem is one wrong field, in words.
type FieldProblem struct{ Field, Detail string }

// ProblemOf maps an error to what a person or program is told: the one table of the project.
func ProblemOf(err error, say words.Speaker) Problem { panic("unwritten") }

// NewApp makes the Fiber app: Immutable, body limit, read timeout, recovery, deadline on
// c.UserContext(), security headers with a strict Content-Security-Policy, and a log line a request.
// onError renders what a handler returned as an error.
func NewApp(onError fiber.ErrorHandler) *fiber.App { panic("unwritten") }

// Context is the request's context, with its deadline. Never use c.Context(), which is pooled.
func Context(c *fiber.Ctx) context.Context { return c.UserContext() }

// CrossOrigin refuses state-changing requests that a browser says come from another site
// (http.CrossOriginProtection). One-click unsubscribe is exempt: mail providers send it.
func CrossOrigin() fiber.Handler { panic("unwritten") }

var _ template.HTML
