package jobs_test

import (
	"database/sql"
	"testing"
	"testing/synctest"
	"time"

	"dateline/jobs"
	"dateline/server/database/dbtest"
)

// While an audience is staged the desk saves: whoever comes in the middle of a chunk is before the next.
func TestAudience_StagedWhileTheDeskWrites_TakesTurnsWithItChunkByChunk(t *testing.T) {
	address := dbtest.SQLiteAddress(t) // with Postgres nobody waits for another's rows
	synctest.Test(t, func(t *testing.T) {
		const people, chunk = 7000, 2000
		h := newHouse(t, address, inProcess(t))
		h.subscribe(people)
		r := h.scheduled(8 * time.Minute)
		begin := func() *sql.Tx {
			tx, err := h.db.Begin()
			if err != nil {
				t.Error(err)
			}
			return tx
		}
		desk := begin()
		h.engine()
		for staged, turns := 0, 0; staged < people; turns++ {
			time.Sleep(time.Second) // until what the engine writes next stands in line
			next := make(chan *sql.Tx, 1)
			go func() { next <- begin() }()
			synctest.Wait() // until the desk stands behind it
			if err := desk.Commit(); err != nil {
				t.Fatal(err)
			}
			desk = <-next
			var now int
			if err := desk.QueryRow(`SELECT COUNT(*) FROM deliveries`).Scan(&now); err != nil {
				t.Fatal(err)
			}
			if now-staged > chunk || turns > 20 {
				t.Fatalf("%d were staged at the desk's turn %d, and %d at the one before", now, turns, staged)
			}
			staged = now
		}
		if err := desk.Commit(); err != nil {
			t.Fatal(err)
		}
		if d := h.reach(r.ID, jobs.Staged, time.Minute); d.Audience != people || d.Queued != people {
			t.Errorf("staged: %+v", d)
		}
	})
}
