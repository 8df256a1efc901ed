package api

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"

	"dateline/server/auth"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// imported is what an import did.
type imported struct {
	Added     int       `json:"added"`
	Updated   int       `json:"updated"`
	Unchanged int       `json:"unchanged"`
	Refused   []refusal `json:"refused" nullable:"false"`
	Ignored   []string  `json:"ignored" nullable:"false" doc:"Columns that mean nothing here"`
}

// refusal is a line that was not taken.
type refusal struct {
	Line   int    `json:"line" doc:"From 1, the header among them"`
	Field  string `json:"field" doc:"The column at fault; empty when it is the whole line"`
	Reason string `json:"reason"`
}

// importing takes the list as it comes, never whole.
type importing struct {
	ByNewsroom
	Consent string `query:"consent" doc:"Where consent came from, for lines that give none of their own"`

	list io.Reader
}

// Resolve is where huma hands an input the request itself.
func (in *importing) Resolve(ctx huma.Context) []error {
	in.list = web.FileBody(humafiber.Unwrap(ctx))
	return nil
}

// list is an answer that is saved rather than shown, and written as it is made.
type list struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        func(huma.Context)
}

// listOf answers with CSV. What fails before any of it is written is answered as a problem.
func (a *api) listOf(name string, produce func(context.Context, *bufio.Writer) error) *list {
	return &list{web.TypeCSV, `attachment; filename="` + name + `"`, func(ctx huma.Context) {
		c := humafiber.Unwrap(ctx)
		if err := web.Stream(c, web.ListPatience, produce); err != nil {
			c.Response().Header.Del(fiber.HeaderContentDisposition)
			a.refuse(c, err)
		}
	}}
}

func (a *api) registerLists() {
	register(a, route{auth.Approver, "POST", "/newsrooms/{newsroom}/subscribers/import", "importSubscribers", "Add and change subscribers from CSV", 0}, a.importSubscribers)
	register(a, route{auth.Approver, "GET", "/newsrooms/{newsroom}/subscribers.csv", "exportSubscribers", "All subscribers as CSV, as an import reads it", 0}, a.exportSubscribers)
}

func (a *api) importSubscribers(ctx context.Context, in *importing) (*answer[imported], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	done, err := a.Subscribers.Import(ctx, actor(ctx), served(n), in.list, in.Consent)
	if errors.Is(err, fiber.ErrRequestEntityTooLarge) {
		return nil, newProblem(http.StatusRequestEntityTooLarge, asks(ctx).say.T("api.list_too_large", "Megabytes", web.MaxFile>>20))
	}
	if err != nil {
		return nil, err
	}
	return &answer[imported]{showImported(ctx, done)}, nil
}

func (a *api) exportSubscribers(ctx context.Context, in *ByNewsroom) (*list, error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	who := actor(ctx)
	return a.listOf(n.Slug+"-subscribers.csv", func(ctx context.Context, w *bufio.Writer) error {
		return a.Subscribers.Export(ctx, who, n.ID, w)
	}), nil
}

func showImported(ctx context.Context, done subscribers.Imported) imported {
	shown := imported{
		Added: done.Added, Updated: done.Updated, Unchanged: done.Unchanged,
		Refused: make([]refusal, len(done.Refused)), Ignored: append([]string{}, done.Ignored...),
	}
	for i, r := range done.Refused {
		shown.Refused[i] = refusal{Line: r.Line, Field: r.Field, Reason: asks(ctx).say.TMap(r.Message, r.Args)}
	}
	return shown
}
