package database_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"dateline/server/database"
	"dateline/server/database/dbtest"
)

// numbers is a database on one connection, with a table of them.
func numbers(t testing.TB, count int) *sql.DB {
	db, err := database.Open(context.Background(), dbtest.EmptySQLiteAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE numbers (n BIGINT PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	for n := range count {
		if _, err := db.Exec(`INSERT INTO numbers (n) VALUES ($1)`, n); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

const smaller = `SELECT n FROM numbers WHERE n < $1 ORDER BY n`

func TestSQLite_AStatementAskedAgainWhileItsRowsAreRead_HasRowsOfItsOwn(t *testing.T) {
	db := numbers(t, 5)
	for range 3 {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		outer, err := tx.Query(smaller, 4)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for outer.Next() {
			var n int
			if err := outer.Scan(&n); err != nil {
				t.Fatal(err)
			}
			inner, err := tx.Query(smaller, n)
			if err != nil {
				t.Fatal(err)
			}
			for inner.Next() {
				var m int
				if err := inner.Scan(&m); err != nil {
					t.Fatal(err)
				}
				got += fmt.Sprint(m)
			}
			got += "|"
		}
		if err := outer.Err(); err != nil || got != "|0|01|012|" {
			t.Errorf("it has %q: %v", got, err)
		}
		tx.Rollback()
	}
}

func TestSQLite_AStatementCutShort_HoldsNothingAndCanBeAskedAgain(t *testing.T) {
	address := dbtest.SQLiteAddress(t)
	db := open(t, address)
	db.SetMaxOpenConns(1)
	for range 3 {
		rows, err := db.Query(`WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < $1) SELECT n FROM up`, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if !rows.Next() {
			t.Fatal("it has no row")
		}
		rows.Close()
		var busy, pages, moved int
		err = open(t, address).QueryRow(`PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
		if err != nil || busy != 0 {
			t.Fatalf("it is still being read: %d, %v", busy, err)
		}
		if _, err := db.Exec(`INSERT INTO nowhere VALUES ($1)`, 1); err == nil {
			t.Fatal("a table that there isn't was written to")
		}
	}
}

func TestSQLite_AStatementWhoseTableHasChanged_SeesIt(t *testing.T) {
	db := numbers(t, 3)
	for _, step := range []struct {
		change string
		want   int
	}{{`SELECT 1`, 3}, {`ALTER TABLE numbers ADD COLUMN name TEXT`, 3}, {`DELETE FROM numbers WHERE n = 0`, 2}, {`DROP TABLE numbers`, -1}, {`CREATE TABLE numbers (n TEXT)`, 0}} {
		exec(t, db, step.change)
		count := -1
		if err := db.QueryRow(`SELECT COUNT(*) FROM numbers`).Scan(&count); count != step.want || (err != nil) != (step.want < 0) {
			t.Errorf("after %s it counts %d: %v", step.change, count, err)
		}
	}
}

func BenchmarkSQLite_Query(b *testing.B) {
	db := numbers(b, 100)
	for _, kind := range []string{"kept", "new"} {
		b.Run(kind, func(b *testing.B) {
			text, i := smaller, 0
			for b.Loop() {
				if i++; kind == "new" {
					text = fmt.Sprintf(`%s LIMIT %d`, smaller, i)
				}
				var n int
				if err := db.QueryRow(text, 1).Scan(&n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
