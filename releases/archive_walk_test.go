package releases

import (
	"database/sql"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

// TestArchive_IsWalkedWhileReleasesArePublished follows the chapters from the current one.
func TestArchive_IsWalkedWhileReleasesArePublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		const size = 1_000
		now := time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)
		newsroom := fillArchive(t, db, now, size)
		desk, public := NewDesk(db, benchKeys, func() time.Time { return now }), NewPublic(db, benchKeys)
		seen, published := map[string]int{}, 0
		for name, more := "", true; more; {
			c, err := public.Chapter(t.Context(), now, Filter{NewsroomID: newsroom}, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range c.Items {
				seen[l.ID]++
			}
			for range 2 {
				r, err := desk.Create(t.Context(), history.System, newsroom, Draft{Text: Text{Headline: "News", Body: "Body."}})
				if err == nil {
					_, err = desk.Approve(t.Context(), history.System, r.ID, r.Version, r.Hash)
				}
				if err == nil {
					_, err = desk.Publish(t.Context(), history.System, r.ID)
				}
				if err != nil {
					t.Fatal(err)
				}
				published++
			}
			now = now.Add(time.Minute)
			name, more = c.Older, c.Older != ""
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s came %d times", id, times)
			}
		}
		if len(seen) != size {
			t.Errorf("%d of %d seen while %d were published", len(seen), size, published)
		}
	})
}

// A request that waited knows of marks that were set for releases which were not yet live when it came.
func TestArchive_AskedForAMomentAgo_HasWhatWasLiveThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		const size = 200
		now := time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)
		filter, public := Filter{NewsroomID: fillArchive(t, db, now, size)}, NewPublic(db, benchKeys) // one a second
		if c, err := public.Chapter(t.Context(), now, filter, ""); err != nil || c.Older == "" {
			t.Fatalf("nothing was closed: %q, %v", c.Older, err)
		}
		for _, live := range []int{0, 28, 29, 30, 58, 59, 60, 89, 119, 120, size - 1} { // and one
			then := now.Add(time.Duration(live+1-size) * time.Second)
			seen := 0
			for name, more := "", true; more; {
				c, err := public.Chapter(t.Context(), then, filter, name)
				if err != nil || len(c.Items) == 0 {
					t.Fatalf("with %d live, chapter %q has %d, %v", live+1, name, len(c.Items), err)
				}
				seen += len(c.Items)
				name, more = c.Older, c.Older != ""
			}
			if seen != live+1 {
				t.Fatalf("%d of %d that were live are there", seen, live+1)
			}
		}
	})
}
