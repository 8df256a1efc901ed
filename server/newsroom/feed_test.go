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
	for i := range feedLength + 2 {
		p.schedule(releases.Text{Headline: fmt.Sprint(i), Body: "Text."}, -time.Duration(i+1)*time.Hour)
	}
	first := p.shows("/dalarna/feed.atom")
	_, rest, found := strings.Cut(first.body, `<link rel="next" href="https://press.example`)
	if !found || len(parse(t, "first", first).Items) != feedLength {
		t.Fatalf("the first document leads nowhere:\n%s", first.body)
	}
	next, _, _ := strings.Cut(rest, `"`)
	if items := parse(t, next, p.shows(next)).Items; len(items) != 2 {
		t.Errorf("%s has %d releases, want 2", next, len(items))
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
