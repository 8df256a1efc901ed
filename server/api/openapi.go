package api

import (
	"encoding/json"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// describe gives the description of every operation, written when it is first asked for.
func describe(described *huma.OpenAPI) func() []byte {
	schemas := described.Components.Schemas.Map()
	// Told here and not to huma, which would refuse what lacks one before the domain has seen the rest:
	// every fault of an input is told at once.
	for name, fields := range map[string][]string{
		"ReleaseText":  {"headline"},
		"ReleasePatch": {"version"},
		"Approval":     {"version"},
		"Lift":         {"lift_at"},
		"SubscriberIn": {"email"},
		"PassIn":       {"name", "outlet", "email"},
		"Reason":       {"reason"},
	} {
		schemas[name].Required = fields
	}
	list := map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
	described.Paths["/newsrooms/{newsroom}/subscribers/import"].Post.RequestBody = &huma.RequestBody{Content: list, Required: true}
	for _, path := range []string{"/newsrooms/{newsroom}/subscribers.csv", "/dispatches/{dispatch}/outcomes.csv"} {
		described.Paths[path].Get.Responses["200"].Content = list
	}
	described.Paths["/releases/{release}/files"].Post.RequestBody = &huma.RequestBody{Content: uploadForm(), Required: true}
	// huma's own model of an error, which problem takes the place of.
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	return sync.OnceValue(func() []byte {
		body, err := json.Marshal(described)
		if err != nil {
			panic(err) // of a description that no request has changed
		}
		return body
	})
}

// uploadForm describes the form that attaches a file.
func uploadForm() map[string]*huma.MediaType {
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	return map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"},
		Properties: map[string]*huma.Schema{
			"file":     {Type: huma.TypeString, ContentEncoding: "binary", Description: "100 MB at most"},
			"alt":      text("What the picture shows, for those who don't see it"),
			"caption":  text("What stands under it"),
			"credit":   text("Photographer"),
			"rights":   text("What may be done with it"),
			"replaces": text("Id of the file that it takes the place of"),
		},
	}}}
}

// description needs no token: it tells how to ask, and nothing of what there is.
func (a *api) description(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/json")
	return c.Send(a.described())
}
