package api

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dateline/server/auth"
)

func TestOpenAPI_DescribesEveryOperation_WithoutAToken(t *testing.T) {
	w := sqlite(t)
	described := w.askAs("", "GET", "/openapi.json", nil).want(200).has(fields{"openapi": "3.1.0"})
	var got []string
	ids := map[string]bool{}
	for path, item := range described.body["paths"].(fields) {
		for method, operation := range item.(fields) {
			got = append(got, strings.ToUpper(method)+" "+path)
			o := operation.(fields)
			id := o["operationId"].(string)
			if ids[id] {
				t.Errorf("%s is the id of two operations", id)
			}
			ids[id] = true
			if role := operations()[strings.ToUpper(method)+" "+path]; !strings.Contains(o["description"].(string), " "+string(role)+" ") {
				t.Errorf("%s does not name the role %s: %s", id, role, o["description"])
			}
			declaresItsPlaces(t, path, o)
			answersWithProblems(t, id, o)
		}
	}
	slices.Sort(got)
	if want := slices.Sorted(maps.Keys(operations())); !slices.Equal(got, want) {
		t.Errorf("described: %v\nwanted:    %v", got, want)
	}
	if servers := described.body["servers"].([]any); servers[0].(fields)["url"] != w.base+"/api/v1" {
		t.Errorf("servers: %v", servers)
	}
}

// declaresItsPlaces: every {name} of a path is a parameter, and no other.
func declaresItsPlaces(t *testing.T, path string, operation fields) {
	t.Helper()
	var declared, places []string
	parameters, _ := operation["parameters"].([]any)
	for _, p := range parameters {
		if p := p.(fields); p["in"] == "path" {
			declared = append(declared, p["name"].(string))
		}
	}
	for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
		places = append(places, m[1])
	}
	if !slices.Equal(declared, places) {
		t.Errorf("%s declares %v", path, declared)
	}
}

// answersWithProblems: one way that it goes well, and a problem for every other.
func answersWithProblems(t *testing.T, id string, operation fields) {
	t.Helper()
	responses := operation["responses"].(fields)
	refused, _ := responses["default"].(fields)
	content, _ := refused["content"].(fields)
	if content["application/problem+json"] == nil || len(responses) != 2 {
		t.Errorf("%s answers %v", id, responses)
	}
}

func TestOpenAPI_RefersOnlyToWhatItHolds_AndHoldsOnlyWhatItRefersTo(t *testing.T) {
	w := sqlite(t)
	described := w.askAs("", "GET", "/openapi.json", nil).want(200)
	schemas := described.body["components"].(fields)["schemas"].(fields)
	referred := map[string]bool{}
	for _, m := range regexp.MustCompile(`"\$ref":"([^"]+)"`).FindAllStringSubmatch(described.text, -1) {
		name := strings.TrimPrefix(m[1], "#/components/schemas/")
		referred[name] = true
		if schemas[name] == nil {
			t.Errorf("%s is not there", m[1])
		}
	}
	for name := range schemas {
		if !referred[name] {
			t.Errorf("nothing refers to %s", name)
		}
	}
	if missing := schemas["ReleaseText"].(fields)["required"]; missing == nil {
		t.Error("the headline is not told to be required")
	}
}

func TestOpenAPI_TellsOfCSVWhereItIs(t *testing.T) {
	w := sqlite(t)
	paths := w.askAs("", "GET", "/openapi.json", nil).want(200).body["paths"].(fields)
	takes := paths["/newsrooms/{newsroom}/subscribers/import"].(fields)["post"].(fields)["requestBody"].(fields)["content"].(fields)
	gives := paths["/newsrooms/{newsroom}/subscribers.csv"].(fields)["get"].(fields)["responses"].(fields)["200"].(fields)["content"].(fields)
	if takes["text/csv"] == nil || gives["text/csv"] == nil || len(takes)+len(gives) != 2 {
		t.Errorf("takes %v, gives %v", takes, gives)
	}
}

// FuzzCreateRelease: whatever comes, the answer is 201, 400 or 422, and never half a release.
func FuzzCreateRelease(f *testing.F) {
	w := sqlite(f)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/releases"
	for _, seed := range []string{
		`{"headline": "Öppet hus"}`, `{"headline": "\ud800", "body": "\u0000"}`, `{"headline": "x", "contacts": [{"name": "Å"}], "topics": ["miljo"]}`,
		`{"HEADLINE": "x"}`, `{"headline": "x", "headline": 5}`, `{"headline": null}`, `[[[[`, `{"topics": {}}`, "{\"headline\": \"\xff\"}", `{"slug": "å"}`, `1e999`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w.t = t
		r := w.ask(auth.Writer, "POST", path, body)
		switch r.status {
		case http.StatusCreated:
			if r.str("headline") == "" || r.str("slug") == "" {
				t.Errorf("%q made %s", body, r.text)
			}
		case http.StatusBadRequest:
			r.problem(http.StatusBadRequest)
		default:
			if wrong := r.wrong(); len(wrong) == 0 {
				t.Errorf("%q is refused without a field: %s", body, r.text)
			}
		}
	})
}

func TestOpenAPI_DescribesADispatchWithWhatRests(t *testing.T) {
	described := sqlite(t).askAs("", "GET", "/openapi.json", nil).want(200)
	schema := described.body["components"].(fields)["schemas"].(fields)["OneDispatch"].(fields)["properties"].(fields)
	for _, name := range []string{"id", "audience", "rests"} {
		if schema[name] == nil {
			t.Errorf("%s is not described", name)
		}
	}
}
