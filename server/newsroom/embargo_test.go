package newsroom

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// ways are how a stranger could ask for a release, by its address, its id and its topic.
func ways(slug, id string) []string {
	paths := []string{
		"/dalarna/" + slug, "/dalarna/" + slug + "/", "/dalarna/" + slug + "?preview=1", "/dalarna/" + slug + ".txt",
		"/dalarna/" + slug + ".json", "/dalarna/" + slug + "/embed", "/r/" + id, "/dalarna/" + id, "/" + slug, "/" + id,
	}
	for _, format := range []string{"atom", "rss", "json"} {
		paths = append(paths, "/dalarna/"+slug+"/feed."+format)
	}
	for _, query := range []string{"", "&format=xml", "&format=json&maxwidth=100"} {
		for _, address := range []string{"/dalarna/" + slug, "/r/" + id} {
			paths = append(paths, "/oembed?url="+url.QueryEscape(baseURL+address)+query)
		}
	}
	return paths
}

func TestSituation_SlugGuessed_IsAnsweredAsOneThatWasNeverWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		p.publish(releases.Text{Headline: "Redan ute", Body: "Text.", Topics: []string{"natur"}})
		text := sampleText()
		text.Headline = "Det hemliga beskedet"
		secret := p.schedule(text, time.Hour)
		p.set(secret.LiftAt.Add(-time.Millisecond))

		missingID := strings.Repeat("a", len(secret.ID))
		missing := ways("det-hemliga-beskexet", missingID)
		for i, path := range ways(secret.Slug, secret.ID) {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
				for _, header := range []string{"Accept: */*", "Accept-Language: sv", "Accept-Encoding: br", `If-None-Match: *`, "If-Modified-Since: Tue, 18 Oct 2033 04:00:00 GMT", "Range: bytes=0-9"} {
					there, nowhere := p.ask(method, path, nil, header), p.ask(method, missing[i], nil, header)
					if there.String() != nowhere.String() {
						t.Errorf("%s %s with %q differs:\n%s\n%s", method, path, header, there, nowhere)
					}
					if method == "GET" && there.status != http.StatusNotFound {
						t.Errorf("%s is %d", path, there.status)
					}
					if got := there.header.Get("Cache-Control"); got != "no-store" {
						t.Errorf("%s %s may be kept across the lift: %q", method, path, got)
					}
				}
			}
		}
	})
}

// lists are where a release appears once it is live.
func lists() []string {
	var paths []string
	for _, of := range []string{"/dalarna", "/dalarna/topics/natur"} {
		paths = append(paths, of)
		for _, query := range []string{"", "?language=sv", "?kind=press-release", "?kind=press-release&language=sv"} {
			for _, format := range []string{"atom", "rss", "json", "ninjs", "newsml"} {
				paths = append(paths, of+"/feed."+format+query)
			}
		}
	}
	return append(paths, "/", "/feed.atom", "/feed.json?language=sv", "/feed.ninjs?kind=press-release", "/sitemap.xml?part=2", "/news-sitemap.xml", "/dalarna/search?q=alvens+strander",
		"/dalarna/search?q=%22%C3%85sa+Ek%22", "/dalarna/search?q=dalkarlar")
}

func TestSituation_ACachedListAcrossTheLift_IsTheSameUntilThere_AndHasItFromThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		p.publish(releases.Text{Kind: releases.PressRelease, Headline: "Redan ute", Body: "Text.", Topics: []string{"natur"}})
		p.set(p.now().Add(time.Minute))
		before := map[string]string{}
		for _, path := range lists() {
			before[path] = p.get(path).String()
		}
		secret := p.schedule(sampleText(), time.Hour)

		p.set(secret.LiftAt.Add(-time.Millisecond))
		for _, path := range lists() {
			if now := p.get(path).String(); now != before[path] {
				t.Errorf("%s has changed before the lift:\n%s\n%s", path, before[path], now)
			}
		}
		p.set(secret.LiftAt)
		for _, path := range append(lists(), "/dalarna/"+secret.Slug, "/dalarna/"+secret.Slug+".txt", "/dalarna/"+secret.Slug+".json",
			"/dalarna/"+secret.Slug+"/embed", "/oembed?url="+baseURL+"/dalarna/"+secret.Slug) {
			p.shows(path, secret.Slug)
		}
		if got := p.get("/r/" + secret.ID).status; got != http.StatusFound {
			t.Errorf("the short link is %d after the lift", got)
		}
	})
}

func TestNotFound_SpeaksTheLanguageAskedFor_NeverTheNewsrooms(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for language, want := range map[string]string{"": "Page not found", "sv-SE,sv;q=0.9": "Sidan finns inte", "de, en;q=0.5": "Page not found"} {
		for _, path := range []string{"/dalarna/nothing", "/nowhere", "/static/x/y", "/a/b/c/d"} {
			a := p.get(path, "Accept-Language: "+language)
			if a.status != http.StatusNotFound || !strings.Contains(a.body, want) {
				t.Errorf("%s in %q is %d without %q", path, language, a.status, want)
			}
		}
	}
}

func TestEveryRoute_OfWhatIsNotThere_IsTheOneAnswer(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	nothing := p.get("/nowhere/at/all/ever").String()
	for _, path := range []string{
		"/nowhere", "/nowhere/x", "/nowhere/x.txt", "/nowhere/subscribe", "/nowhere/feed.atom", "/nowhere/topics/x", "/nowhere/topics/natur/feed.rss",
		"/dalarna/x", "/dalarna/x.json", "/dalarna/x/embed", "/nowhere/feeds", "/oembed", "/oembed?url=x", "/oembed?url=" + baseURL + "/dalarna",
		"/oembed?url=https://other.example/dalarna/x", "/feed.xml", "/feed.atom?kind=x", "/sitemap.xml?part=0", "/sitemap.xml?part=02",
		"/sitemap.xml?part=9", "/sitemap.xml?part=x", "/dalarna/feed.xml", "/dalarna/feed.", "/dalarna/topics/x", "/dalarna/topics/x/feed.atom", "/dalarna/topics/",
		"/dalarna/feed.atom?kind=secret", "/dalarna/feed.atom?language=xxxxxxxxxx", "/dalarna/feed.atom?after=x", "/dalarna?after=x",
		"/dalarna?after=" + fmt.Sprint(1<<60), "/r/x", "/r/%00", "/%C3%A5", "/dalarna/%2e%2e", "/DALARNA",
	} {
		if got := p.get(path).String(); got != nothing {
			t.Errorf("%s is another answer:\n%s", path, got)
		}
	}
}
