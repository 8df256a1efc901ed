package releases

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/server/database/dbtest"
)

var benchKeys = vault.New([]byte("a secret of the tests"))

// BenchmarkList shows that a page of any list, and a chapter of an archive, costs the same whatever the size of the archive, at its
// top and deep inside.
func BenchmarkList(b *testing.B) {
	now := time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)
	for _, engine := range []struct {
		name string
		open func(testing.TB) *sql.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		for _, size := range []int{100, 100_000} {
			db := engine.open(b)
			newsroom := fillArchive(b, db, now, size)
			public := NewPublic(db, benchKeys)
			middle := cursor{now.Add(-time.Duration(size/2) * time.Second).UnixMilli(), "zzz"}.String()
			for name, filter := range map[string]Filter{
				"all":            {},
				"newsroom":       {NewsroomID: newsroom},
				"middle":         {NewsroomID: newsroom, After: middle},
				"topic":          {NewsroomID: newsroom, Topic: "topic-3"},
				"everything":     {NewsroomID: newsroom, Topic: "topic-3", Kind: Invitation, Language: "en"},
				"kind, language": {Kind: Invitation, Language: "en"},
				"nothing":        {NewsroomID: newsroom, Topic: "topic-3", Kind: News, Language: "sv"},
			} {
				filter.Limit = 5
				b.Run(fmt.Sprintf("%s/%s/%d", engine.name, name, size), func(b *testing.B) {
					for b.Loop() {
						items, err := public.List(b.Context(), now, filter)
						if err != nil || (len(items) == 0) != (name == "nothing") {
							b.Fatal(len(items), err)
						}
					}
				})
			}
			current, err := public.Chapter(b.Context(), now, Filter{NewsroomID: newsroom}, "")
			if err != nil {
				b.Fatal(err)
			}
			for name, chapter := range map[string]string{"current chapter": "", "chapter before": current.Older} {
				b.Run(fmt.Sprintf("%s/%s/%d", engine.name, name, size), func(b *testing.B) {
					for b.Loop() {
						if c, err := public.Chapter(b.Context(), now, Filter{NewsroomID: newsroom}, chapter); err != nil || len(c.Items) < ChapterLength {
							b.Fatal(len(c.Items), err)
						}
					}
				})
			}
		}
	}
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
