// Package dbtest gives tests an empty, migrated database of each engine.
package dbtest

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/server/database"
)

// Each runs test once on SQLite and once on Postgres. TEST_POSTGRES, set by `make test`, must name
// a server on which databases may be created: a missing engine fails, it is never skipped.
func Each(t *testing.T, test func(t *testing.T, db *sql.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite is a new database in the test's own directory.
func SQLite(t testing.TB) *sql.DB {
	return open(t, SQLiteAddress(t))
}

// SQLiteAddress is where a new SQLite database may be made.
func SQLiteAddress(t testing.TB) string {
	return filepath.Join(t.TempDir(), "dateline.db")
}

// Postgres is a new database on the test server, dropped when the test ends.
func Postgres(t testing.TB) *sql.DB {
	return open(t, PostgresAddress(t))
}

// PostgresAddress makes an empty database on the test server and returns its address.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Fatal("TEST_POSTGRES is not set: run the tests with `make test`, which starts PostgreSQL")
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("TEST_POSTGRES: %v", err)
	}
	admin, err := database.Open(t.Context(), server)
	if err != nil {
		t.Fatalf("TEST_POSTGRES: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create %s: %v", name, err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	address.Path = "/" + name
	return address.String()
}

func open(t testing.TB, address string) *sql.DB {
	t.Helper()
	db, err := database.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := database.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}
