package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"unicode/utf8"

	"dateline/releases/words"

	"github.com/gofiber/fiber/v2"
)

// Page is what every page's data embeds.
type Page struct {
	Say         words.Speaker // of the language that the page itself speaks
	Title       string
	Description string
	Canonical   string // absolute address; "" for a page that has none
}

// page lets Pages find the Page in whatever embeds it.
func (p Page) page() Page { return p }

// Pages is a set of page templates. Each page has the set's layout in a namespace of its own, once for
// every language, so that its functions know which they speak.
type Pages struct {
	byLanguage map[string]map[string]page // language, then name
}

// page gives a page's template, put together when it is first shown: most of a start went into copying
// the layout for pages that nobody asked for.
type page func() (*template.Template, error)

// newPage joins what a page defines with what all of them share.
func newPage(shared, own *template.Template) page {
	return sync.OnceValues(func() (*template.Template, error) {
		whole, err := shared.Clone()
		for _, part := range own.Templates() {
			if err == nil && part.Tree != nil {
				_, err = whole.AddParseTree(part.Name(), part.Tree)
			}
		}
		return whole, err
	})
}

// NewPages parses every *.html of dir in files: those that begin with "_" are shared by all others,
// and "_layout.html" defines "layout", which every page fills. A page is named after its file,
// without ".html". See pageFuncs for what a template may call. A broken page is an error here, not
// when it is first shown.
func NewPages(files fs.FS, dir string, assets *Assets, w *words.Words) (*Pages, error) {
	shared, err := fs.Glob(files, path.Join(dir, "_*.html"))
	if err != nil {
		return nil, fmt.Errorf("find pages: %w", err)
	}
	all, err := fs.Glob(files, path.Join(dir, "*.html"))
	if err != nil {
		return nil, fmt.Errorf("find pages: %w", err)
	}
	p := &Pages{byLanguage: make(map[string]map[string]page)}
	for _, language := range w.Languages() {
		set, funcs := make(map[string]page), pageFuncs(w.In(language), assets)
		common, err := template.New("").Funcs(funcs).ParseFS(files, shared...)
		if err != nil {
			return nil, fmt.Errorf("parse what pages of %s share: %w", dir, err)
		}
		if common.Lookup("layout") == nil {
			return nil, fmt.Errorf("parse what pages of %s share: _layout.html defines no layout", dir)
		}
		for _, file := range all {
			name := strings.TrimSuffix(path.Base(file), ".html")
			if strings.HasPrefix(name, "_") {
				continue
			}
			own, err := template.New("").Funcs(funcs).ParseFS(files, file)
			if err != nil {
				return nil, fmt.Errorf("parse page %s: %w", name, err)
			}
			set[name] = newPage(common, own)
		}
		p.byLanguage[language] = set
	}
	return p, nil
}

// Part renders one of a page's parts alone, in a language that there is.
func (p *Pages) Part(language, name, part string, data any) ([]byte, error) {
	page, ok := p.byLanguage[language][name]
	if !ok {
		return nil, fmt.Errorf("render page %s: there is none in %q", name, language)
	}
	template, err := page()
	if err != nil {
		return nil, fmt.Errorf("put page %s together: %w", name, err)
	}
	var b bytes.Buffer
	if err := template.ExecuteTemplate(&b, part, data); err != nil {
		return nil, fmt.Errorf("render %s of page %s: %w", part, name, err)
	}
	if !utf8.Valid(b.Bytes()) { // what was typed or asked for, given back
		return bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD")), nil
	}
	return b.Bytes(), nil
}

// Bytes renders a page to memory. data embeds Page.
func (p *Pages) Bytes(name string, data any) ([]byte, error) {
	of, ok := data.(interface{ page() Page })
	if !ok {
		return nil, fmt.Errorf("render page %s: its data has no Page", name)
	}
	return p.Part(of.page().Say.Language, name, "layout", data)
}

// Write renders a page whole, then answers with it: a failing template never sends half a page. The
// answer is for whoever asked and for now, so nobody may keep it; a page that strangers share goes
// through Bytes and Send.
func (p *Pages) Write(c *fiber.Ctx, status int, name string, data any) error {
	body, err := p.Bytes(name, data)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, TypeHTML)
	c.Set(fiber.HeaderCacheControl, NoStore)
	return c.Status(status).Send(body)
}
