package newsroom

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestKept_APageIsRenderedOnce_UntilSomethingPublicChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		r := p.publish(sampleText())
		p.set(p.now().Add(time.Hour))
		edition := func() releases.Edition {
			t.Helper()
			return must[*edition](t)(p.site.editions.at(t.Context(), p.now())).Edition
		}
		before := edition()
		if p.schedule(releases.Text{Headline: "Kommer sen", Body: "Text."}, time.Hour); edition() != before {
			t.Error("a release to come began an edition: how long an answer takes tells of it")
		}

		text := r.Text
		text.Headline = "Rättad rubrik"
		saved := must[releases.Saved](t)(p.desk.Edit(t.Context(), officer, r.ID, r.Version, releases.Draft{Text: text, Slug: "ny-adress", MayMove: true}))
		must[releases.Release](t)(p.desk.Approve(t.Context(), officer, r.ID, saved.Version, saved.Hash))
		for _, path := range []string{"/dalarna/ny-adress", "/dalarna", "/", "/dalarna/feed.atom", "/dalarna/ny-adress.json"} {
			p.shows(path, "Rättad rubrik").lacks(t, path, r.Text.Headline)
		}
		if a := p.get("/dalarna/" + r.Slug + ".json"); a.status != http.StatusMovedPermanently || a.header.Get("Location") != "/dalarna/ny-adress.json" {
			t.Errorf("the former address: %s", a)
		}
	})
}

func TestKept_AnotherNodesChange_ShowsInTheNextEdition(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		p.shows("/dalarna/feed.atom")
		p.desk.Watch(func() {}) // what it does is done elsewhere
		p.publish(sampleText())
		p.site.editions.latest.Store(nil) // trust has run out
		p.shows("/dalarna/feed.atom", "Idag öppnar")
	})
}

func TestFeed_LastModified_NeverHidesWhatAListHasLost(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	text := sampleText()
	r := p.publish(text)
	p.set(p.now().Add(time.Hour))
	since := p.get("/dalarna/topics/natur/feed.atom").header.Get("Last-Modified")
	text.Topics = nil
	saved := must[releases.Saved](t)(p.desk.Edit(t.Context(), officer, r.ID, r.Version, releases.Draft{Text: text, Slug: r.Slug}))
	must[releases.Release](t)(p.desk.Approve(t.Context(), officer, r.ID, saved.Version, saved.Hash))
	p.set(p.now().Add(time.Hour))
	a := p.get("/dalarna/topics/natur/feed.atom", "If-Modified-Since: "+since)
	if a.status != http.StatusOK || strings.Contains(a.body, r.ID) {
		t.Errorf("%d: %s", a.status, a.body)
	}
}

func TestFeed_OpenedInABrowser_IsXMLThatItStyles(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.publish(sampleText())
	a := p.get("/dalarna/feed.atom", "Sec-Fetch-Dest: document")
	if got := a.header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
		t.Errorf("%q", got)
	}
	if !strings.Contains(a.header.Get("Vary"), "Sec-Fetch-Dest") || a.header.Get("ETag") == p.get("/dalarna/feed.atom").header.Get("ETag") {
		t.Error("the two can be taken for each other")
	}
	a.has(t, "the feed", `<?xml-stylesheet type="text/css" href="/static/`)
	for _, format := range []string{"json", "ninjs"} { // which look the same to everyone
		if got := p.get("/dalarna/feed." + format).header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("%s varies by %q", format, got)
		}
	}
}

func TestFeed_MayBeAskedForConditionally_ByScriptsOfOtherSites(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for path, open := range map[string]bool{
		"/dalarna/feed.atom": true, "/feed.json?kind=news": true, "/nowhere/feed.rss": true, "/dalarna/x.json": true, "/dalarna/x": false, "/desk": false,
	} {
		a := p.ask("OPTIONS", path, nil, "Origin: https://reader.example", "Access-Control-Request-Headers: if-none-match")
		if got := a.status == http.StatusNoContent && a.header.Get("Access-Control-Allow-Origin") == "*"; got != open {
			t.Errorf("%s: %s", path, a)
		}
	}
}
