package newsroom

import (
	"database/sql"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
	"dateline/server/web"
)

// Releases of one millisecond, whose ids are random, must have one order that every document keeps, after
// a restart too: a reader that has seen one of two must not see them change places.
func TestReleasesOfOneMillisecond_KeepOneOrderEverywhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		for i := range 6 {
			p.publish(releases.Text{Headline: fmt.Sprintf("Nummer %c", 'a'+i), Body: "Text.", Topics: []string{"natur"}})
		}
		number := regexp.MustCompile(`Nummer ([a-f])\b`)
		order := func(document string) (letters []string) {
			for _, m := range number.FindAllStringSubmatch(document, -1) {
				if !slices.Contains(letters, m[1]) {
					letters = append(letters, m[1])
				}
			}
			return letters
		}
		paths := []string{
			"/dalarna", "/dalarna/feed.atom", "/dalarna/feed.rss", "/dalarna/feed.json", "/dalarna/feed.ninjs", "/dalarna/feed.newsml", "/feed.atom",
			"/dalarna/topics/natur/feed.ninjs", "/dalarna/feed.newsml?language=sv", "/news-sitemap.xml",
		}
		want, before := order(p.get(paths[1]).body), map[string]string{}
		if len(want) != 6 {
			t.Fatalf("the feed has %q", want)
		}
		for _, path := range paths {
			before[path] = p.get(path).body
			if got := order(before[path]); !slices.Equal(got, want) {
				t.Errorf("%s has %q, the feed %q", path, got, want)
			}
		}

		// Whoever sorts by time, as systems do, gets it too.
		for path, timed := range map[string]string{
			"/dalarna/feed.atom": `<updated>([^<]+)`, "/dalarna/feed.ninjs": `"versionCreated": "([^"]+)",\n\s+"pubStatus": "usable",\n\s+"copyrightHolder"`,
			"/dalarna/feed.newsml": `<versionCreated>([^<]+)</versionCreated>\s*<firstCreated>`,
		} {
			var times []time.Time
			for _, m := range regexp.MustCompile(timed).FindAllStringSubmatch(before[path], -1) {
				times = append(times, must[time.Time](t)(time.Parse(time.RFC3339, m[1])))
			}
			if len(times) < 6 {
				t.Fatalf("%s has times %v", path, times)
			}
			times = times[len(times)-6:] // the feed's own comes before
			for i := 1; i < len(times); i++ {
				if !times[i-1].After(times[i]) {
					t.Errorf("%s has times %v", path, times)
				}
			}
		}

		site := must[*Site](t)(New(p.site.deps))
		p.app = web.NewApp(site.Error, slog.New(slog.DiscardHandler))
		site.Register(p.app)
		for _, path := range paths {
			if after := p.get(path).body; after != before[path] {
				t.Errorf("after a restart %s is\n%s\nand was\n%s", path, after, before[path])
			}
		}
	})
}
