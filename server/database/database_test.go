package database_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"dateline/server/database"
	"dateline/server/database/dbtest"
)

// addresses runs a test on an empty, not yet migrated database of each engine.
func addresses(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, dbtest.EmptySQLiteAddress(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, dbtest.EmptyPostgresAddress(t)) })
}

func open(t *testing.T, address string) *sql.DB {
	t.Helper()
	return openBy(t, database.Open, address)
}

func openBy(t *testing.T, open func(context.Context, string) (*sql.DB, error), address string) *sql.DB {
	t.Helper()
	db, err := open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestMigrate_RunsOnceHoweverManyStartTogether(t *testing.T) {
	addresses(t, func(t *testing.T, address string) {
		var all sync.WaitGroup
		ran := make([]int, 5)
		for i := range ran {
			db := open(t, address)
			all.Go(func() {
				var err error
				if ran[i], err = database.Migrate(t.Context(), db); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		total := 0
		for _, n := range ran {
			total += n
		}
		newest, err := database.Schema(t.Context(), open(t, address))
		if err != nil || newest == 0 || total != newest {
			t.Errorf("%v migrations ran in five processes, the schema is at %d, %v", ran, newest, err)
		}
	})
}

func TestMigrate_ANewerSchema_IsRefusedAndLeftAlone(t *testing.T) {
	addresses(t, func(t *testing.T, address string) {
		db := open(t, address)
		if _, err := database.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`INSERT INTO migrations (number, at) VALUES (9999, 0)`); err != nil {
			t.Fatal(err)
		}
		if _, err := database.Migrate(t.Context(), db); !errors.Is(err, database.ErrNewer) {
			t.Errorf("it was not refused: %v", err)
		}
	})
}

func TestOpen_SQLite_HasItsPragmasOnEveryConnection(t *testing.T) {
	db := open(t, dbtest.EmptySQLiteAddress(t))
	for range 5 {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() // held, so that each turn gets another connection
		var keys, patience int
		var mode string
		if err := conn.QueryRowContext(t.Context(), `SELECT (SELECT foreign_keys FROM pragma_foreign_keys), (SELECT timeout FROM pragma_busy_timeout), (SELECT journal_mode FROM pragma_journal_mode)`).Scan(&keys, &patience, &mode); err != nil {
			t.Fatal(err)
		}
		if keys != 1 || patience != 15000 || mode != "wal" {
			t.Errorf("foreign_keys %d, busy_timeout %d, journal_mode %s", keys, patience, mode)
		}
	}
}

func TestOpen_OfAServerThatIsAway_SaysWhyInOneLine(t *testing.T) {
	_, err := database.Open(t.Context(), "postgres://someone:secret@127.0.0.1:1/dateline")
	if err == nil || strings.ContainsAny(err.Error(), "\n\t") || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("it says %v", err)
	}
}

// The public pool alone keeps its plans: what the rest of the program asks is planned by what it asks for.
func TestOpenPublic_OnPostgres_PlansEachQueryOnce(t *testing.T) {
	addresses(t, func(t *testing.T, address string) {
		db, public := open(t, address), openPublic(t, address)
		if from, to := fmt.Sprintf("%T", db.Driver()), fmt.Sprintf("%T", public.Driver()); from != to {
			t.Errorf("the driver is %s, and of the public pool %s", from, to)
		}
		if !database.IsPostgres(address) {
			return
		}
		for of, want := range map[*sql.DB]string{db: "auto", public: "force_generic_plan"} {
			var mode string
			if err := of.QueryRowContext(t.Context(), `SHOW plan_cache_mode`).Scan(&mode); err != nil || mode != want {
				t.Errorf("plans are %q, %v; want %q", mode, err, want)
			}
		}
	})
}

func openPublic(t *testing.T, address string) *sql.DB {
	t.Helper()
	return openBy(t, database.OpenPublic, address)
}

// However many at the desk wait for their turn to write, a page is read at once.
func TestOpenPublic_IsReadThrough_WhileEveryOtherConnectionWaits(t *testing.T) {
	addresses(t, func(t *testing.T, address string) {
		db, public := open(t, address), openPublic(t, address)
		exec(t, db, `CREATE TABLE turns (who BIGINT NOT NULL)`)
		exec(t, db, `INSERT INTO turns VALUES (1)`)
		first, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := first.Exec(`UPDATE turns SET who = 2`); err != nil {
			t.Fatal(err)
		}
		var waiting sync.WaitGroup
		most := db.Stats().MaxOpenConnections
		for range most {
			waiting.Go(func() {
				if _, err := db.Exec(`UPDATE turns SET who = who + 1`); err != nil {
					t.Error(err)
				}
			})
		}
		for db.Stats().InUse < most {
			runtime.Gosched()
		}
		var who int
		if err := public.QueryRow(`SELECT who FROM turns`).Scan(&who); err != nil || who != 1 {
			t.Errorf("read %d, %v", who, err)
		}
		if err := first.Commit(); err != nil {
			t.Error(err)
		}
		waiting.Wait()
	})
}

// SQLite alone would let a writer that waits be passed by for seconds.
func TestSQLite_WritersTakeTurns_InTheOrderInWhichTheyCame(t *testing.T) {
	address := dbtest.EmptySQLiteAddress(t)
	synctest.Test(t, func(t *testing.T) {
		pools := []*sql.DB{open(t, address), openPublic(t, address)}
		exec(t, pools[0], `CREATE TABLE turns (who BIGINT NOT NULL)`)
		first, err := pools[0].Begin()
		if err != nil {
			t.Fatal(err)
		}
		const most = 12 // as many as find a connection
		for who := range most {
			pool := pools[who%len(pools)] // a pool each, one line for both
			go func() {
				if _, err := pool.Exec(`INSERT INTO turns VALUES (?)`, who); err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait() // until it stands in line
		}
		if err := first.Commit(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		var order string
		row := pools[0].QueryRow(`SELECT group_concat(who, ' ') FROM (SELECT who FROM turns ORDER BY rowid)`)
		if err := row.Scan(&order); err != nil {
			t.Fatal(err)
		}
		var want []string
		for who := range most {
			want = append(want, strconv.Itoa(who))
		}
		if order != strings.Join(want, " ") {
			t.Errorf("wrote in the order %s", order)
		}
	})
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// Whatever the language of the database, the two engines put the same first.
func TestMigrate_OnPostgres_HasAllTextComparedByteByByte(t *testing.T) {
	rows, err := dbtest.Postgres(t).QueryContext(t.Context(), `SELECT table_name || '.' || column_name, COALESCE(collation_name, 'of the database')
		FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'text'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns := 0
	for rows.Next() {
		var column, collation string
		if err := rows.Scan(&column, &collation); err != nil {
			t.Fatal(err)
		}
		if columns++; collation != "C" {
			t.Errorf("%s is compared by the rules %s", column, collation)
		}
	}
	if err := rows.Err(); err != nil || columns < 100 {
		t.Errorf("%d columns, %v", columns, err)
	}
}
