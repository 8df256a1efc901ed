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

func TestTranslations_NameOneAnother_FromTheMillisecondOfTheLift(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		swedish := p.publish(releases.Text{Headline: "Nyhet", Body: "Text.", Language: "sv"})
		english := p.schedule(releases.Text{Headline: "The secret", Body: "Text.", Language: "en"}, time.Hour)
		must[releases.Saved](t)(p.desk.Edit(t.Context(), officer, english.ID, english.Version,
			releases.Draft{Text: english.Text, TranslationOf: &swedish.ID}))
		page, sitemap := "/dalarna/"+swedish.Slug, "/sitemap.xml?part=2"
		documents := []string{"/dalarna/feed.atom?language=sv", "/dalarna/feed.ninjs?language=sv", page + ".json"}

		p.set(english.LiftAt.Add(-time.Millisecond))
		before := p.get(page)
		modified := p.get(documents[0]).header.Get("Last-Modified")
		for _, path := range append(documents, page, sitemap) {
			if a := p.get(path); strings.Contains(a.body, english.Slug) || strings.Contains(a.body, "x-default") || strings.Contains(a.body, "hreflang") {
				t.Errorf("1 ms before the lift %s tells of it: %s", path, a.body)
			}
		}

		p.set(english.LiftAt)
		for _, path := range []string{page, "/dalarna/" + english.Slug} {
			p.shows(path,
				`<link rel="alternate" hreflang="sv" href="`+baseURL+page+`">`,
				`<link rel="alternate" hreflang="en" href="`+baseURL+`/dalarna/`+english.Slug+`">`,
				`<link rel="alternate" hreflang="x-default" href="`+baseURL+page+`">`)
		}
		p.shows(page, `<a href="/dalarna/`+english.Slug+`" hreflang="en" lang="en">`)
		if a := p.get(page); a.header.Get("ETag") == before.header.Get("ETag") {
			t.Error("the page's ETag is that of before the lift")
		}
		for _, path := range documents {
			p.shows(path, baseURL+"/dalarna/"+english.Slug)
		}
		if a := p.ask("GET", documents[0], nil, "If-Modified-Since: "+modified); a.status != http.StatusOK {
			t.Errorf("a feed that names what was published since is %d", a.status)
		}
		a := p.shows(sitemap, `xmlns:xhtml="http://www.w3.org/1999/xhtml"`)
		if n := strings.Count(a.body, `<xhtml:link rel="alternate" hreflang="x-default" href="`+baseURL+page+`">`); n != 2 {
			t.Errorf("the sitemap has x-default %d times: %s", n, a.body)
		}
	})
}
