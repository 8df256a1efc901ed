package newsroom

import (
	"database/sql"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/releases/vault"
	"dateline/server/database/dbtest"
	"dateline/server/web"
)

func TestMachines_GetEveryFormAtItsAddress(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	page := "/dalarna/" + r.Slug
	for path, want := range map[string]struct {
		mediaType string
		open      bool
		holds     string
	}{
		page + ".txt":                   {"text/plain; charset=utf-8", true, "FALUN – Sju av tio dalkarlar"},
		page + ".json":                  {"application/json; charset=utf-8", true, `"pubStatus": "usable"`},
		"/dalarna/feed.ninjs":           {"application/json; charset=utf-8", true, `"type": "composite"`},
		"/dalarna/feed.newsml":          {"application/vnd.iptc.g2.newsmessage+xml; charset=utf-8", true, "<packageItem"},
		"/feed.atom":                    {"application/atom+xml; charset=utf-8", true, r.ID},
		"/feeds.opml":                   {"text/x-opml; charset=utf-8", true, baseURL + "/dalarna/topics/natur/feed.atom"},
		"/oembed?url=" + baseURL + page: {"application/json; charset=utf-8", true, `"type": "rich"`},
		"/oembed?format=xml&url=" + baseURL + "/r/" + r.ID: {"text/xml; charset=utf-8", true, "<type>rich</type>"},
		"/sitemap.xml":        {"application/xml; charset=utf-8", false, baseURL + "/sitemap.xml?part=2"},
		"/sitemap.xml?part=1": {"application/xml; charset=utf-8", false, baseURL + "/dalarna/topics/natur"},
		"/sitemap.xml?part=2": {"application/xml; charset=utf-8", false, baseURL + page},
		"/news-sitemap.xml":   {"application/xml; charset=utf-8", false, "<news:language>sv</news:language>"},
		"/robots.txt":         {"text/plain; charset=utf-8", false, "Sitemap: " + baseURL + "/sitemap.xml"},
		page + "/embed":       {"text/html; charset=utf-8", false, r.Text.Headline},
		"/dalarna/feeds":      {"text/html; charset=utf-8", false, baseURL + "/dalarna/feed.rss?kind=news"},
		"/feeds":              {"text/html; charset=utf-8", false, baseURL + "/feed.atom"},
	} {
		a := p.shows(path, want.holds)
		if got := a.header.Get("Content-Type"); got != want.mediaType {
			t.Errorf("%s is %q", path, got)
		}
		if got := a.header.Get("Access-Control-Allow-Origin") == "*"; got != want.open {
			t.Errorf("%s: scripts of other sites may read it: %v", path, got)
		}
		if got := a.header.Get("Cache-Control"); got != "no-cache" || a.header.Get("ETag") == "" {
			t.Errorf("%s: Cache-Control %q, ETag %q", path, got, a.header.Get("ETag"))
		}
		if strings.Contains(want.mediaType, "xml") {
			if err := xml.Unmarshal([]byte(a.body), new(struct{})); err != nil {
				t.Errorf("%s is not XML: %v", path, err)
			}
		}
	}
}

func TestEmbed_IsTheOnePageThatOtherSitesMayFrame(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	page := "/dalarna/" + p.publish(sampleText()).Slug
	for path, want := range map[string]string{page + "/embed": "frame-ancestors *", page: "frame-ancestors 'none'", "/dalarna/x/embed": "frame-ancestors 'none'"} {
		if got := p.get(path).header.Get("Content-Security-Policy"); !strings.Contains(got, want) {
			t.Errorf("%s: %q", path, got)
		}
	}
}

func TestOEmbed_InAFormatThatThereIsNot_SaysSo(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	if got := p.get("/oembed?format=yaml&url=" + baseURL + "/dalarna/" + r.Slug).status; got != http.StatusNotImplemented {
		t.Errorf("%d", got)
	}
}

func TestRelease_LeadsMachinesOn(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	page := baseURL + "/dalarna/" + r.Slug
	a := p.shows("/dalarna/"+r.Slug,
		`<link rel="alternate" type="application/json" title="ninjs" href="`+page+`.json">`,
		`<link rel="alternate" type="application/atom+xml" title="Länsstyrelsen Dalarna (Atom)" href="https://press.example/dalarna/feed.atom">`,
		`<link rel="alternate" type="application/json+oembed" href="https://press.example/oembed?format=json&amp;url=https%3A%2F%2Fpress.example%2Fdalarna%2F`+r.Slug+`">`,
		`<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle"`,
	)
	_, document, _ := strings.Cut(a.body, `<script type="application/ld+json">`)
	document, _, _ = strings.Cut(document, "</script>")
	var article map[string]any
	if err := json.Unmarshal([]byte(document), &article); err != nil || article["headline"] != r.Text.Headline || article["url"] != page {
		t.Errorf("%v: %s", err, document)
	}
}

func TestSitemap_HasTheFrontPage_WhereItIsAPageOfItsOwn(t *testing.T) {
	front := "<loc>" + baseURL + "/</loc>"
	p := openDalarna(t, dbtest.SQLite(t))
	p.shows("/sitemap.xml?part=1", "<loc>"+baseURL+"/dalarna</loc>").lacks(t, "with one newsroom", front)
	must[releases.Newsroom](t)(p.desk.CreateNewsroom(t.Context(), officer, releases.NewsroomInput{
		Slug: "gavleborg", Name: "Gävleborg", Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@example.org", Approvals: 1}))
	p.shows("/sitemap.xml?part=1", front)
}

func TestSitemap_IsSplit_AndHoldsEveryReleaseOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		var want []string
		for i := range 5 {
			want = append(want, p.schedule(releases.Text{Headline: fmt.Sprint("Nummer ", i), Body: "Text."}, -time.Duration(9-i)*time.Hour).Slug)
		}
		p.schedule(releases.Text{Headline: "Hemlig", Body: "Text."}, time.Hour)
		public := releases.NewPublic(db, vault.New([]byte("a secret of the tests")))
		if n := must[int](t)(public.Count(t.Context(), p.now())); n != len(want) {
			t.Errorf("%d are live", n)
		}
		var got []string
		for part := range 4 {
			for _, a := range must[[]releases.Address](t)(public.Addresses(t.Context(), p.now(), part, 2)) {
				got = append(got, a.Slug)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestNewsSitemap_IsRenderedOnce_UntilItsOldestIsNoNews(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	lift, rendered := p.now(), 0
	for _, c := range []struct {
		age       time.Duration
		has, kept bool
	}{
		{time.Minute, true, false}, {time.Hour, true, true}, {feeds.NewsSitemapAge, true, true},
		{feeds.NewsSitemapAge + time.Millisecond, false, false}, {feeds.NewsSitemapAge + time.Hour, false, true},
	} {
		p.set(lift.Add(c.age))
		edition, before := must[*edition](t)(p.site.editions.at(t.Context(), p.now())).Edition, rendered
		_, err := p.site.kept.Get("page /news-sitemap.xml", edition, p.now(), func() (web.Document, error) {
			rendered++
			return web.Document{}, releases.ErrNotFound
		})
		if kept := rendered == before; kept != c.kept || kept == (err != nil) {
			t.Errorf("after %s: kept %v, %v", c.age, kept, err)
		}
		// It changes without anything having been changed, so that no date of its can be trusted.
		if a := p.shows("/news-sitemap.xml"); strings.Contains(a.body, r.Slug) != c.has || a.header.Get("Last-Modified") != "" {
			t.Errorf("after %s: %s", c.age, a)
		}
	}
}

func TestMachines_TellWhenTheyLastChanged(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	lift := p.now()
	next := p.schedule(releases.Text{Headline: "Kommer sen", Body: "Text."}, time.Hour)
	paths := []string{"/dalarna/" + r.Slug + ".txt", "/dalarna/" + r.Slug + ".json", "/sitemap.xml", "/sitemap.xml?part=2", "/feeds.opml"}
	check := func(want time.Time) {
		t.Helper()
		for _, path := range paths {
			a := p.shows(path)
			if got := a.header.Get("Last-Modified"); got != want.Format(http.TimeFormat) {
				t.Errorf("%s changed %q, want %s", path, got, want.Format(http.TimeFormat))
			}
			if got := p.get(path, "If-Modified-Since: "+want.Format(http.TimeFormat)).status; got != http.StatusNotModified {
				t.Errorf("%s since then: %d", path, got)
			}
		}
	}
	p.set(lift.Add(59 * time.Minute))
	check(lift)
	p.set(next.LiftAt.Add(time.Minute))
	check(next.LiftAt)
}

func TestSearch_ShowsWhatWasTyped_AndWhatWasFound(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for i := range 25 {
		p.publish(releases.Text{Headline: fmt.Sprint("Nyhet ", i), Body: "Text."})
	}
	first := p.shows("/dalarna/search?q=nyhet", `value="nyhet"`, "/dalarna/search?page=1&amp;q=nyhet", `name="robots" content="noindex"`)
	if n := strings.Count(first.body, "<h2 lang"); n != 20 {
		t.Errorf("%d on the first page", n)
	}
	p.shows("/dalarna/search?page=1&q=nyhet", "/dalarna/search?page=0&amp;q=nyhet")
	p.shows("/dalarna/search?q=%22%3Cscript%3E%ff", "Inget som har publicerats här", `value="&#34;&lt;script&gt;"`)
	p.shows("/dalarna/search").lacks(t, "an empty search", "Inget som")
	for _, path := range []string{"/dalarna/search?page=x", "/dalarna/search?page=-1", "/dalarna/search?page=99", "/nowhere/search?q=x"} {
		if got := p.get(path).status; got != http.StatusNotFound {
			t.Errorf("%s is %d", path, got)
		}
	}
}
