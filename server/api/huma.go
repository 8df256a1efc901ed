package api

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"unicode/utf8"

	"dateline/server/auth"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// Everything that huma is told or made to do otherwise is in this file; how its refusals are put
// into our words is in refusal.go.

// newHuma describes the API and reads and writes JSON. It serves no description itself: it would make
// that at the first request, in a race. rewrite puts its refusals into our words.
func newHuma(app *fiber.App, baseURL string, rewrite huma.Transformer) huma.API {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	return humafiber.New(app, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Dateline",
				Version:     "1",
				Description: "Releases, their lift, their subscribers, and what became of every mail.",
			},
			Servers: []*huma.Server{{URL: baseURL + Root}},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "An API token, made with `dateline token` or on the desk"},
				},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{rewrite},
	})
}

var errNotUTF8 = errors.New("not UTF-8")

// unmarshal refuses what is not UTF-8, which encoding/json would change without a word.
func unmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errNotUTF8
	}
	return json.Unmarshal(data, v)
}

// route is one operation's address and what a caller needs for it.
type route struct {
	role   auth.Role
	method string
	path   string
	id     string // operationId
	about  string
	status int // when it went well; 0 is 200
}

// register adds an operation. Its errors become problems; see problemOf.
func register[I, O any](a *api, r route, handle func(context.Context, *I) (*O, error)) {
	operation := operationOf(a, r)
	huma.Register(a.huma, operation, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problemOf(err, asks(ctx).say)
		}
		return out, nil
	})
}

func operationOf(a *api, r route) huma.Operation {
	refused := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem](), true, "")
	return huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, DefaultStatus: r.status,
		Summary:     r.about,
		Description: "Needs a token of the role " + string(r.role) + " or above.",
		Responses: map[string]*huma.Response{"default": {
			Description: "Refused: 400, 401, 403, 404, 409, 413, 415, 422 or 500",
			Content:     map[string]*huma.MediaType{problemType: {Schema: refused}},
		}},
		Middlewares:  huma.Middlewares{a.needs(r.role)},
		MaxBodyBytes: -1, // web bounds it, before this
	}
}
