// Package dbtest gives tests an empty, migrated database of each engine.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// Postgres is a new database on the test server, dropped when the test ends.
func Postgres(t testing.TB) *sql.DB {
	return open(t, PostgresAddress(t))
}

// SQLiteAddress is a migrated database with nothing in it. A package's tests migrate one, and copy it:
// migrating costs more than most tests do.
func SQLiteAddress(t testing.TB) string {
	t.Helper()
	migrated, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	address := EmptySQLiteAddress(t)
	if err := os.WriteFile(address, migrated, 0o600); err != nil {
		t.Fatal(err)
	}
	return address
}

// EmptySQLiteAddress is where a new SQLite database may be made.
func EmptySQLiteAddress(t testing.TB) string {
	return filepath.Join(t.TempDir(), "dateline.db")
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "dbtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	address := filepath.Join(dir, "dateline.db")
	if err := migrate(address); err != nil {
		return nil, err
	}
	return os.ReadFile(address)
})

// PostgresAddress makes a migrated database with nothing in it on the test server.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return create(t, "TEMPLATE "+template+" STRATEGY file_copy")
}

// EmptyPostgresAddress makes an empty database on the test server.
func EmptyPostgresAddress(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// postgresTemplate is the name of a migrated database. The server and all on it end with the tests.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	name := "template_" + strings.ToLower(rand.Text())
	if err := administer("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	address, err := onServer(name)
	if err != nil {
		return "", err
	}
	return name, migrate(address)
})

func create(t testing.TB, how string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	if err := administer("CREATE DATABASE " + name + " " + how); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := administer("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	address, err := onServer(name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// onServer is the address of one of the test server's databases.
func onServer(name string) (string, error) {
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		return "", errors.New("TEST_POSTGRES is not set: run the tests with `make test`, which starts PostgreSQL")
	}
	address, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("TEST_POSTGRES: %w", err)
	}
	if name != "" {
		address.Path = "/" + name
	}
	return address.String(), nil
}

func migrate(address string) error {
	db, err := database.Open(context.Background(), address)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = database.Migrate(context.Background(), db)
	return err
}

func open(t testing.TB, address string) *sql.DB {
	t.Helper()
	db, err := database.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
