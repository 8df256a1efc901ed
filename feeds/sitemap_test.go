package feeds

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"dateline/releases"
)

func readSitemap(t *testing.T, document []byte, err error) element {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, string(document))
	var root element
	if err := xml.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	equal(t, "namespace", root.XMLName.Space, sitemapSpace)
	return root
}

func TestSitemap_ListsPagesWithTheirLastChange(t *testing.T) {
	site := feedOf(t).Site
	document, err := Sitemap([]SitemapEntry{{Address: site.NewsroomAddress(dalarna())}, site.SitemapPage(releases.Address{Newsroom: "lansstyrelsen-dalarna", Slug: "nationell-satsning", UpdatedAt: campaign().UpdatedAt})})
	pages := readSitemap(t, document, err).all(sitemapSpace, "url")
	equal(t, "newsroom", pages[0].text(sitemapSpace, "loc"), "https://press.example/lansstyrelsen-dalarna")
	equal(t, "its change", len(pages[0].all(sitemapSpace, "lastmod")), 0)
	equal(t, "release", pages[1].text(sitemapSpace, "loc"), "https://press.example/lansstyrelsen-dalarna/nationell-satsning")
	equal(t, "its change", pages[1].text(sitemapSpace, "lastmod"), "2016-10-19T07:30:15.250Z")
}

func TestSitemap_OfMoreThanTheLimit_IsRefused(t *testing.T) {
	if _, err := Sitemap(make([]SitemapEntry, SitemapLimit+1)); err == nil {
		t.Error("50,001 pages went into one sitemap")
	}
	if _, err := Sitemap(make([]SitemapEntry, SitemapLimit)); err != nil {
		t.Error(err)
	}
}

func TestSitemapIndex_NamesEveryPart(t *testing.T) {
	site := feedOf(t).Site
	equal(t, "index", site.SitemapAddress(0), "https://press.example/sitemap.xml")
	document, err := SitemapIndex([]SitemapEntry{{Address: site.SitemapAddress(1)}, {Address: site.SitemapAddress(2)}})
	parts := readSitemap(t, document, err).all(sitemapSpace, "sitemap")
	equal(t, "parts", len(parts), 2)
	equal(t, "second", parts[1].text(sitemapSpace, "loc"), "https://press.example/sitemap.xml?part=2")
}

func TestNewsSitemap_HasTheLast48Hours(t *testing.T) {
	items := numbered(5) // a day apart, newest first
	now := items[0].LiftAt.Add(time.Minute)
	items[0].Text.Language, items[1].Text.Language = "sv-FI", "zh-TW"
	document, until, err := feedOf(t).NewsSitemap(now, items)
	const space = "http://www.google.com/schemas/sitemap-news/0.9"
	pages := readSitemap(t, document, err).all(sitemapSpace, "url")
	equal(t, "pages", len(pages), 2)
	news := pages[0].all(space, "news")[0]
	equal(t, "title", news.text(space, "title"), "Release 5")
	equal(t, "date", news.text(space, "publication_date"), "2016-10-23T04:00:00.000Z")
	publication := news.all(space, "publication")[0]
	equal(t, "name", publication.text(space, "name"), "Länsstyrelsen Dalarna")
	equal(t, "language without its region", publication.text(space, "language"), "sv")
	equal(t, "Chinese", pages[1].all(space, "news")[0].all(space, "publication")[0].text(space, "language"), "zh-tw")
	if last := until.Add(-time.Millisecond).Sub(items[1].LiftAt); last != NewsSitemapAge {
		t.Errorf("it holds until the second is %s old", last)
	}
}

func TestNewsSitemap_HasAThousandAtMost(t *testing.T) {
	l := campaign()
	items := numbered(1001)
	for i := range items {
		items[i].LiftAt = l.LiftAt
	}
	document, _, err := feedOf(t).NewsSitemap(l.LiftAt, items)
	equal(t, "pages", len(readSitemap(t, document, err).all(sitemapSpace, "url")), 1000)
}

func TestRobots_HidesWhatIsForOnePerson(t *testing.T) {
	robots := string(feedOf(t).Robots())
	for _, want := range []string{"Disallow: /pass/\n", "Disallow: /desk/\n", "Sitemap: https://press.example/sitemap.xml\n", "Sitemap: https://press.example/news-sitemap.xml\n"} {
		if !strings.Contains(robots, want) {
			t.Errorf("no %q in\n%s", want, robots)
		}
	}
}
