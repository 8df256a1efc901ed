package database

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite" // also registers "sqlite"
)

//go:embed migrations/*.sql migrations/*/*.sql
var migrations embed.FS

// ErrNewer means that a newer Dateline has migrated this database; an older one must not touch it.
var ErrNewer = errors.New("the database was migrated by a newer version of Dateline")

// Migrate runs the numbered migrations that have not run, each in its own transaction, and returns
// how many did. Two processes may call it at once: the second waits and finds nothing to do.
func Migrate(ctx context.Context, db *sql.DB) (ran int, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	_, err = db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, at BIGINT NOT NULL)`)
	// Two Postgres sessions creating one table race in its catalogue; the loser's table is there.
	if err != nil && !strings.Contains(err.Error(), "pg_type_typname_nsp_index") {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	newest, err := Schema(ctx, db)
	if err != nil {
		return 0, err
	}
	if newest > len(names) {
		return 0, fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, newest, len(names))
	}
	for _, name := range names[newest:] {
		did, err := migrateOne(ctx, db, name)
		if err != nil {
			return ran, fmt.Errorf("migrate %s: %w", name, err)
		}
		if did {
			ran++
		}
	}
	return ran, nil
}

// Schema is the number of the newest migration that has run.
func Schema(ctx context.Context, db *sql.DB) (number int, err error) {
	if err := db.QueryRowContext(ctx, `SELECT COALESCE(MAX(number), 0) FROM migrations`).Scan(&number); err != nil {
		return 0, fmt.Errorf("read the schema's number: %w", err)
	}
	return number, nil
}

// migrateOne claims the migration's number first: the insert is the lock between processes.
func migrateOne(ctx context.Context, db *sql.DB, name string) (bool, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(name, "migrations/")[:4])
	if err != nil {
		return false, err
	}
	text, err := migrations.ReadFile(name)
	if err != nil {
		return false, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	result, err := tx.ExecContext(ctx, `INSERT INTO migrations (number, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, number, time.Now().UnixMilli())
	if err != nil {
		return false, err
	}
	if rows, err := result.RowsAffected(); err != nil || rows == 0 {
		return false, err
	}
	for _, script := range [][]byte{text, ofEngine(db, name)} {
		if len(script) == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, string(script)); err != nil {
			return false, err
		}
	}
	return true, tx.Commit()
}

// ofEngine is what a migration does on one engine only, after what it does on both; nil when there is
// nothing such.
func ofEngine(db *sql.DB, name string) []byte {
	engine := "postgres"
	if _, ok := db.Driver().(*sqlite.Driver); ok {
		engine = "sqlite"
	}
	script, err := migrations.ReadFile(strings.Replace(name, "migrations/", "migrations/"+engine+"/", 1))
	if err != nil {
		return nil
	}
	return script
}
