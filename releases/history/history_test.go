package history_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func record(t *testing.T, db *sql.DB, i int) {
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Error(err)
		return
	}
	defer tx.Rollback()
	err = history.Record(t.Context(), tx, time.UnixMilli(int64(i)), history.Actor{ID: "a", Name: "anna@example.org"},
		history.Event{Subject: "r", Action: "release.approve", Detail: map[string]any{"version": i}})
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		t.Error(err)
	}
}

func TestHistory_WrittenByManyAtOnce_Verifies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		if err := history.Verify(t.Context(), db); err != nil {
			t.Errorf("an empty history: %v", err)
		}
		var people sync.WaitGroup
		for i := range 50 {
			people.Go(func() { record(t, db, i) })
		}
		people.Wait()
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
		var rows int
		if err := db.QueryRow(`SELECT COUNT(*) FROM history`).Scan(&rows); err != nil || rows != 50 {
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

func TestHistory_OfAChangeThatFailed_IsNotWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if err := history.Record(t.Context(), tx, time.Now(), history.System, history.Event{Action: "release.approve"}); err != nil {
			t.Fatal(err)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		record(t, db, 1)
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestVerify_NamesTheRowThatWasChangedOrIsMissing(t *testing.T) {
	for name, test := range map[string]struct {
		tamper string
		want   history.Broken
	}{
		"who":             {`UPDATE history SET actor = 'bo@example.org' WHERE seq = 3`, history.Broken{Seq: 3}},
		"when":            {`UPDATE history SET at = at + 1 WHERE seq = 1`, history.Broken{Seq: 1}},
		"what":            {`UPDATE history SET detail = '{}' WHERE seq = 5`, history.Broken{Seq: 5}},
		"hash":            {`UPDATE history SET hash = 'x' WHERE seq = 2`, history.Broken{Seq: 2}},
		"first deleted":   {`DELETE FROM history WHERE seq = 1`, history.Broken{Seq: 1, Missing: true}},
		"middle deleted":  {`DELETE FROM history WHERE seq = 3`, history.Broken{Seq: 3, Missing: true}},
		"end deleted":     {`DELETE FROM history WHERE seq > 3`, history.Broken{Seq: 4, Missing: true}},
		"closed up":       {`DELETE FROM history WHERE seq = 3; UPDATE history SET seq = 3 WHERE seq = 4`, history.Broken{Seq: 3}},
		"all deleted":     {`DELETE FROM history`, history.Broken{Seq: 1, Missing: true}},
		"put in at front": {`INSERT INTO history SELECT 0, at, actor_id, actor, from_address, newsroom_id, subject, action, detail, hash FROM history WHERE seq = 1`, history.Broken{Seq: 0}},
		"put in at end":   {`INSERT INTO history SELECT 6, at, actor_id, actor, from_address, newsroom_id, subject, action, detail, hash FROM history WHERE seq = 5`, history.Broken{Seq: 6, Added: true}},
	} {
		t.Run(name, func(t *testing.T) {
			db := dbtest.SQLite(t)
			for i := range 5 {
				record(t, db, i)
			}
			// Whoever can change the database can take its guards away.
			if _, err := db.Exec(`DROP TRIGGER history_changed; DROP TRIGGER history_removed`); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(test.tamper); err != nil {
				t.Fatal(err)
			}
			err := history.Verify(t.Context(), db)
			var broken *history.Broken
			if !errors.As(err, &broken) || *broken != test.want {
				t.Errorf("got %v; want %v", err, &test.want)
			}
		})
	}
	if got := fmt.Sprint(&history.Broken{Seq: 3, Missing: true}, " ", &history.Broken{Seq: 4}, " ", &history.Broken{Seq: 5, Added: true}); got != "history: row 3 is missing history: row 4 was changed history: row 5 was added" {
		t.Errorf("it says %q", got)
	}
}

func TestVerify_WithoutTheRowThatTellsItsEnd_SaysSo(t *testing.T) {
	db := dbtest.SQLite(t)
	record(t, db, 1)
	if _, err := db.Exec(`DELETE FROM history_head`); err != nil {
		t.Fatal(err)
	}
	if err := history.Verify(t.Context(), db); err == nil || !strings.Contains(err.Error(), "missing (history_head)") {
		t.Errorf("it says %v", err)
	}
}

func TestHistory_IsAppendOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		for i := range 3 {
			record(t, db, i)
		}
		_, err := db.Exec(`INSERT INTO officers (id, email, email_key, name, role, password, created_at) VALUES ('o', '', '', '', 'admin', '', 0)`)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{`UPDATE history SET actor = 'bo@example.org' WHERE seq = 2`, `DELETE FROM history WHERE seq = 3`, `DELETE FROM history`} {
			if _, err := db.Exec(change); err == nil {
				t.Errorf("%s was done", change)
			}
		}
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestList_GivesTheNewestFirst_InPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		for i := range 5 {
			record(t, db, i)
		}
		var seen []int64
		for f := (history.Filter{Subjects: []string{"other", "r"}, Limit: 2}); ; {
			items, next, err := history.List(t.Context(), db, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range items {
				seen = append(seen, e.Seq)
				if e.Who.Name != "anna@example.org" || e.Action != "release.approve" || e.Detail["version"] != float64(e.Seq-1) {
					t.Errorf("got %+v", e)
				}
			}
			if f.After = next; next == "" {
				break
			}
		}
		if fmt.Sprint(seen) != "[5 4 3 2 1]" {
			t.Errorf("got %v", seen)
		}
		if items, _, err := history.List(t.Context(), db, history.Filter{Subjects: []string{"other"}}); err != nil || len(items) != 0 {
			t.Errorf("of another subject: %v, %v", items, err)
		}
		if _, _, err := history.List(t.Context(), db, history.Filter{After: "x"}); err == nil {
			t.Error("a cursor that is none is taken")
		}
	})
}
