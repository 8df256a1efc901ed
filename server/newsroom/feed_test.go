package newsroom

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"

	"github.com/mmcdole/gofeed"
)

func parse(t *testing.T, path string, a answer) *gofeed.Feed {
	t.Helper()
	feed, err := gofeed.NewParser().ParseString(a.body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return feed
}

func TestFeed_InEveryFormat_HasTheWholeRelease(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	for format, mediaType := range map[string]string{
		"atom": "application/atom+xml; charset=utf-8", "rss": "application/rss+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8",
	} {
		path := "/dalarna/feed." + format
		a := p.shows(path)
		if got := a.header.Get("Content-Type"); got != mediaType {
			t.Errorf("%s is %q", path, got)
		}
		if got := a.header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		feed := parse(t, path, a)
		if len(feed.Items) != 1 || feed.Items[0].Title != r.Text.Headline || feed.Items[0].Link != "https://press.example/dalarna/"+r.Slug ||
			!strings.Contains(feed.Items[0].Content, "Första stycket.") {
			t.Errorf("%s has %+v", path, feed.Items)
		}
	}
}

func TestFeed_IsNarrowedByTopicKindAndLanguage(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for i, text := range []releases.Text{
		{Headline: "a", Kind: releases.News, Language: "sv", Topics: []string{"natur"}},
		{Headline: "b", Kind: releases.News, Language: "en"},
		{Headline: "c", Kind: releases.Statement, Language: "sv-FI", Topics: []string{"natur"}},
	} {
		text.Body = "Text."
		p.schedule(text, -time.Duration(i+1)*time.Hour)
	}
	for path, want := range map[string]string{
		"/dalarna/feed.atom":                               "abc",
		"/dalarna/feed.atom?kind=news":                     "ab",
		"/dalarna/feed.atom?language=sv":                   "ac",
		"/dalarna/feed.atom?language=SV-fi":                "c",
		"/dalarna/topics/natur/feed.atom":                  "ac",
		"/dalarna/topics/natur/feed.atom?kind=news":        "a",
		"/dalarna/feed.atom?kind=news&language=en":         "b",
		"/dalarna/feed.atom?kind=invitation":               "",
		"/dalarna/topics/manskliga-rattigheter/feed.rss":   "",
		"/dalarna/topics/natur/feed.json?language=sv":      "ac",
		"/dalarna/topics/natur/feed.json?language=sv&x=ig": "ac",
	} {
		got := ""
		for _, item := range parse(t, path, p.shows(path)).Items {
			got += item.Title
		}
		if got != want {
			t.Errorf("%s has %q, want %q", path, got, want)
		}
	}
}

func TestFeed_OfMany_LeadsOnToTheRest(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for i := range 2*feedLength + 2 {
		p.schedule(releases.Text{Headline: fmt.Sprint(i), Body: "Text."}, -time.Duration(i+1)*time.Hour)
	}
	first := p.shows("/dalarna/feed.atom")
	_, rest, found := strings.Cut(first.body, `<link rel="next" href="https://press.example`)
	if !found || len(parse(t, "first", first).Items) != feedLength+2 {
		t.Fatalf("the first document leads nowhere:\n%s", first.body)
	}
	next, _, _ := strings.Cut(rest, `"`)
	if items := parse(t, next, p.shows(next)).Items; len(items) != feedLength {
		t.Errorf("%s has %d releases, want %d", next, len(items), feedLength)
	}
}

func TestFeed_IsAskedForConditionally(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.publish(sampleText())

	// In the second of the last change a date could hide another change.
	fresh := p.get("/dalarna/feed.atom")
	if got := fresh.header.Get("Last-Modified"); got != "" {
		t.Errorf("Last-Modified %q while its second is not over", got)
	}
	p.set(p.now().Add(2 * time.Second))
	settled := p.get("/dalarna/feed.atom")
	modified := settled.header.Get("Last-Modified")
	if modified == "" {
		t.Fatal("no Last-Modified")
	}
	for _, header := range []string{"If-None-Match: " + settled.header.Get("ETag"), "If-Modified-Since: " + modified} {
		if got := p.get("/dalarna/feed.atom", header).status; got != http.StatusNotModified {
			t.Errorf("with %s: %d", header, got)
		}
	}

	text := sampleText()
	text.Headline = "En till"
	p.publish(text)
	for _, header := range []string{"If-None-Match: " + settled.header.Get("ETag"), "If-Modified-Since: " + modified} {
		if got := p.get("/dalarna/feed.atom", header).status; got != http.StatusOK {
			t.Errorf("news with %s: %d", header, got)
		}
	}
}

func TestFeed_OfManyReleases_IsFollowedThroughItsArchive_InEachFormat(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	const size = 3*feedLength + 5
	for i := range size {
		p.schedule(releases.Text{Headline: fmt.Sprint(i), Body: "Text."}, -time.Duration(size-i)*time.Hour)
	}
	for format, older := range map[string]string{
		"atom": `<link rel="prev-archive" href="` + baseURL, "rss": `<atom:link rel="prev-archive" href="` + baseURL, "json": `"next_url": "` + baseURL,
	} {
		seen, documents := map[string]bool{}, 0
		for path := "/dalarna/feed." + format; path != ""; documents++ {
			a := p.shows(path)
			for _, item := range parse(t, path, a).Items {
				if seen[item.GUID] {
					t.Errorf("%s: %s comes twice", format, item.Title)
				}
				seen[item.GUID] = true
			}
			if documents > 0 && format != "json" {
				a.has(t, path, `rel="current"`, "archive>")
			}
			_, rest, _ := strings.Cut(a.body, older)
			path, _, _ = strings.Cut(rest, `"`)
		}
		if len(seen) != size || documents < 3 {
			t.Errorf("%s: %d of %d in %d documents", format, len(seen), size, documents)
		}
	}
	if got := p.get("/dalarna/feed.atom?archive=1_x").status; got != http.StatusNotFound {
		t.Errorf("an archive that there is not is %d", got)
	}
}
