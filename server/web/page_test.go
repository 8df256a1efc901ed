package web

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dateline/releases/words"

	"github.com/gofiber/fiber/v2"
)

const testLayout = `{{define "layout"}}<html lang="{{.Say.Language}}"><title>{{block "title" .}}none{{end}}</title>{{template "main" .}}{{end}}`

func testPages(t *testing.T, pages map[string]string) (*Pages, error) {
	t.Helper()
	w, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"pages/_layout.html": {Data: []byte(testLayout)}, "static/a.css": {Data: []byte("a{}")}}
	for name, text := range pages {
		files["pages/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	assets, err := NewAssets(files, "static")
	if err != nil {
		t.Fatal(err)
	}
	return NewPages(files, "pages", assets, w)
}

type testData struct {
	Page
	At   time.Time
	Name string
}

func data(t *testing.T) testData {
	return testData{Page: Page{Say: english(t)}, At: time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC), Name: "<b>"}
}

func TestPages_DoNotShareBlocks(t *testing.T) {
	p, err := testPages(t, map[string]string{
		"one.html":   `{{define "title"}}One{{end}}{{define "main"}}1{{end}}`,
		"two.html":   `{{define "title"}}Two{{end}}{{define "main"}}2{{end}}`,
		"plain.html": `{{define "main"}}3{{end}}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"one": "One", "two": "Two", "plain": "none"} {
		if body, err := p.Bytes(name, data(t)); err != nil || !strings.Contains(string(body), "<title>"+want+"</title>") {
			t.Errorf("%s: %s %v", name, body, err)
		}
	}
}

func TestPages_SpeakThePagesLanguage(t *testing.T) {
	p, err := testPages(t, map[string]string{
		"p.html": `{{define "main"}}{{t "problem.not_found"}}|{{longtime .At "Europe/Stockholm"}}|{{.Name}}|{{asset "a.css"}}{{end}}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := data(t)
	d.Say = w.In("sv")
	body, err := p.Bytes("p", d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`lang="sv"`, `Det finns ingenting`, `<time datetime="2016-10-18T04:00:00Z">tisdag 18 oktober 2016 06:00 CEST</time>`,
		`&lt;b&gt;`, `/static/`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%q is missing in %s", want, body)
		}
	}
}

func TestNewPages_RefusesABrokenPage(t *testing.T) {
	for name, text := range map[string]string{
		"syntax":   `{{define "main"}}{{if}}{{end}}`,
		"function": `{{define "main"}}{{nosuch .}}{{end}}`,
	} {
		if _, err := testPages(t, map[string]string{name + ".html": text}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrite_NeverSendsHalfAPage(t *testing.T) {
	for name, text := range map[string]string{
		"field": `{{define "main"}}first half{{.NoSuch}}{{end}}`,
		"asset": `{{define "main"}}first half{{asset "no.css"}}{{end}}`,
	} {
		p, err := testPages(t, map[string]string{"p.html": text})
		if err != nil {
			t.Fatal(err)
		}
		app := testApp()
		app.Get("/", func(c *fiber.Ctx) error { return p.Write(c, 200, "p", data(t)) })
		response := ask(t, app, "GET", "/", nil)
		if body := read(t, response.Body); response.StatusCode != 500 || strings.Contains(body, "first half") {
			t.Errorf("%s: %d %q", name, response.StatusCode, body)
		}
	}
}

func TestAssets_MayBeKeptForEver_AtAnAddressOfTheirContent(t *testing.T) {
	address := func(css string) (string, *Assets) {
		a, err := NewAssets(fstest.MapFS{"static/a.css": {Data: []byte(css)}}, "static")
		if err != nil {
			t.Fatal(err)
		}
		return a.URL("a.css"), a
	}
	red, assets := address("a{color:red}")
	if blue, _ := address("a{color:blue}"); red == blue {
		t.Error("other content has the same address")
	}
	app := testApp()
	assets.Register(app)
	response := ask(t, app, "GET", red, nil)
	if body := read(t, response.Body); body != "a{color:red}" || !strings.Contains(response.Header.Get("Cache-Control"), "immutable") ||
		!strings.HasPrefix(response.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%q with %v", body, response.Header)
	}
	if got := ask(t, app, "GET", "/static/0000/a.css", nil).StatusCode; got != 404 {
		t.Errorf("a hash of nothing is %d", got)
	}
}
