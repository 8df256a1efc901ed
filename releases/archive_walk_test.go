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
