package releases

import (
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/server/database"
	"dateline/server/database/dbtest"
)

var benchKeys = vault.New([]byte("a secret of the tests"))

// archiveSizes are what a page's cost is compared between.
var archiveSizes = []int{100, 100_000}

// BenchmarkList shows that a page of any list, and a chapter of an archive, costs the same whatever the size of the archive, at its
// top and deep inside. The sizes are asked in turns, so that whatever else the machine does falls on both alike.
func BenchmarkList(b *testing.B) {
	now := time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)
	for _, engine := range []struct {
		name    string
		address func(testing.TB) string
	}{{"sqlite", dbtest.SQLiteAddress}, {"postgres", dbtest.PostgresAddress}} {
		var archives []benchArchive
		for _, size := range archiveSizes {
			db, public := openArchive(b, engine.address(b))
			a := benchArchive{NewPublic(public, benchKeys), fillArchive(b, db, now, size), size, now}
			a.older(b) // whoever is first closes every chapter, and the engine counts what is there by itself, a little later
			if _, err := db.ExecContext(b.Context(), `ANALYZE`); err != nil {
				b.Fatal(err)
			}
			archives = append(archives, a)
		}
		for _, name := range []string{"all", "newsroom", "middle", "topic", "everything", "kind, language", "nothing"} {
			compare(b, engine.name+"/"+name, archives, func(a benchArchive) error {
				items, err := a.public.List(b.Context(), now, a.filter(name))
				if (len(items) == 0) != (name == "nothing") {
					return fmt.Errorf("%d items, %w", len(items), err)
				}
				return err
			})
		}
		compare(b, engine.name+"/edition", archives, func(a benchArchive) error { // asked before every page
			_, _, _, err := a.public.Edition(b.Context(), now)
			return err
		})
		for _, name := range []string{"current chapter", "chapter before"} {
			compare(b, engine.name+"/"+name, archives, func(a benchArchive) error {
				chapter := ""
				if name == "chapter before" {
					chapter = a.older(b)
				}
				c, err := a.public.Chapter(b.Context(), now, Filter{NewsroomID: a.newsroom}, chapter)
				if len(c.Items) < ChapterLength {
					return fmt.Errorf("%d items, %w", len(c.Items), err)
				}
				return err
			})
		}
	}
}

// openArchive gives what it is written through, and read.
func openArchive(b *testing.B, address string) (db, public *sql.DB) {
	b.Helper()
	db, err := database.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	if public, err = database.OpenPublic(b.Context(), address); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close(); public.Close() })
	return db, public
}

// benchArchive is an archive of so many releases.
type benchArchive struct {
	public   *Public
	newsroom string
	size     int
	now      time.Time
}

func (a benchArchive) filter(name string) Filter {
	f := map[string]Filter{
		"newsroom":       {NewsroomID: a.newsroom},
		"middle":         {NewsroomID: a.newsroom, After: cursor{a.now.Add(-time.Duration(a.size/2) * time.Second).UnixMilli(), "zzz"}.String()},
		"topic":          {NewsroomID: a.newsroom, Topic: "topic-3"},
		"everything":     {NewsroomID: a.newsroom, Topic: "topic-3", Kind: Invitation, Language: "en"},
		"kind, language": {Kind: Invitation, Language: "en"},
		"nothing":        {NewsroomID: a.newsroom, Topic: "topic-3", Kind: News, Language: "sv"},
	}[name]
	f.Limit = 5
	return f
}

// older is the name of the chapter before the current one; it is asked each time, which costs both alike.
func (a benchArchive) older(b *testing.B) string {
	current, err := a.public.Chapter(b.Context(), a.now, Filter{NewsroomID: a.newsroom}, "")
	if err != nil {
		b.Fatal(err)
	}
	return current.Older
}

// compare asks the same of each archive in turns, and reports how many times the cost of the smallest that of the largest is.
func compare(b *testing.B, name string, archives []benchArchive, ask func(benchArchive) error) {
	b.Run(name, func(b *testing.B) {
		spent := make([]time.Duration, len(archives))
		for b.Loop() {
			for i, a := range archives {
				began := time.Now()
				if err := ask(a); err != nil {
					b.Fatal(err)
				}
				spent[i] += time.Since(began)
			}
		}
		b.ReportMetric(float64(spent[len(spent)-1])/float64(spent[0]), "large:small")
		b.ReportMetric(memory(b, archives[len(archives)-1], ask)/memory(b, archives[0], ask), "memory-large:small")
	})
}

// memory is how much asking once allocates.
func memory(b *testing.B, a benchArchive, ask func(benchArchive) error) float64 {
	const times = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		if err := ask(a); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / times
}

// fillArchive publishes size releases, one a second until now, in ten mixtures of topic, kind and
// language; kind and language alone tell which mixture a release is of.
func fillArchive(b testing.TB, db *sql.DB, now time.Time, size int) (newsroomID string) {
	b.Helper()
	desk := NewDesk(db, benchKeys, func() time.Time { return now })
	topics := make([]string, 10)
	for i := range topics {
		topics[i] = fmt.Sprintf("topic %d", i)
	}
	newsroom, err := desk.CreateNewsroom(b.Context(), history.System, NewsroomInput{Slug: "archive-office", Name: "Archive",
		Language: "en", Zone: "UTC", EmailFrom: "press@example.org", Topics: topics})
	if err != nil {
		b.Fatal(err)
	}
	run := func(query string, args ...any) {
		if _, err := db.ExecContext(b.Context(), query, args...); err != nil {
			b.Fatal(err)
		}
	}
	for mix := range 10 {
		text := Text{Kind: Kinds[mix%len(Kinds)], Language: []string{"sv", "en"}[mix%2], Headline: "Release", Body: strings.Repeat("Body. ", 300),
			Topics: []string{fmt.Sprintf("topic-%d", mix)}}
		run(`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
			INSERT INTO releases (id, newsroom_id, slug, slug_chosen, state, kind, language, version, approved, approved_by, submitted_by,
				submitted_by_id, lift_at, lift_local, lift_zone, backdated, created_at, changed_at)
			SELECT 'r' || (n * 10 + $2), $3, '', false, 'scheduled', $4, $5, 1, 1, '', '',
				'', CAST($6 AS BIGINT) - (n * 10 + $2) * 1000, '', 'UTC', false, 0, 0 FROM numbers`,
			size/10-1, mix, newsroom.ID, text.Kind, text.Language, now.UnixMilli())
		sealArchive(b, db, text, mix, size/10)
		for _, key := range listKeys(newsroom.ID, text) {
			run(`INSERT INTO release_lists (list, lift_at, release_id)
				SELECT $1, lift_at, id FROM releases WHERE kind = $2 AND language = $3`, key, text.Kind, text.Language)
		}
	}
	run(`ANALYZE`)
	return newsroom.ID
}

// sealArchive writes the text of every release of a mixture, each sealed for its own row.
func sealArchive(b testing.TB, db *sql.DB, text Text, mix, count int) {
	b.Helper()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	for n := range count {
		id := fmt.Sprintf("r%d", n*10+mix)
		sealed, hash, err := sealText(benchKeys, id, 1, text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tx.Exec(`INSERT INTO versions (release_id, number, hash, content, created_by, created_by_id, created_at)
			VALUES ($1, 1, $2, $3, '', '', 0)`, id, hash, sealed); err != nil {
			b.Fatal(err)
		}
		if _, err := tx.Exec(`UPDATE releases SET slug = $2 WHERE id = $1`, id, benchKeys.Seal(slugs.Of(id), id)); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
