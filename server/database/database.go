// Package database opens the one SQL database, SQLite or Postgres, and brings its schema up to
// date. It is the only importer of database drivers; stores elsewhere see *sql.DB, `$1`
// placeholders, and SQL that both engines run unchanged.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Open connects to address: postgres://... or the path of an SQLite file, which is made if missing.
// It neither waits for a server that is away nor migrates.
func Open(ctx context.Context, address string) (*sql.DB, error) {
	if IsPostgres(address) {
		return openPostgres(ctx, address)
	}
	return openSQLite(ctx, address)
}

// IsPostgres says which engine an address means.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// walks is what connections to Postgres are set to: each query is a walk of indexes, whatever the statistics
// say. Joined in another way, what became of ten messages would go through the whole ledger, at every
// commit, once its table had been looked at by autovacuum: in the middle of a large fan-out. Nor are queries
// compiled: whatever is asked here reads some thousand rows at most, and compiling takes longer than that.
const walks = `SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off`

func openPostgres(ctx context.Context, address string) (*sql.DB, error) {
	db, err := postgres(address, 24, walks)
	if err != nil {
		return nil, err
	}
	return db, ping(ctx, db)
}

// postgres has settings on each of its connections. They aren't asked for when one is made, which poolers refuse.
func postgres(address string, most int, settings string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, settings)
		return err
	}))
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// OpenPublic opens what public pages are read through, beside the pool of all else: whatever the desk waits for, a
// page has a connection. With Postgres their queries are planned once: they are walks of an index that suit every
// list alike, and with an archive of 100,000 it spends five times as long on planning one as on walking. The rest of
// the program keeps the choice, since its queries differ by what is asked.
func OpenPublic(ctx context.Context, address string) (*sql.DB, error) {
	if !IsPostgres(address) {
		return openSQLite(ctx, address)
	}
	return postgres(address, 12, `SET plan_cache_mode = force_generic_plan`)
}

// Pragmas go in the DSN: sent by Exec they would reach only one pooled connection. immediate makes
// a transaction take the write lock at BEGIN, so it waits (busy_timeout) and never fails half-way.
func openSQLite(ctx context.Context, path string) (*sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	query := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(ON)", "cache_size(-8000)", "temp_store(MEMORY)"},
	}
	if err := keepPrivate(path); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	db := sql.OpenDB(newSQLiteConnector(path, "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+query.Encode()))
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	err := ping(ctx, db)
	if of := (*sqlite.Error)(nil); errors.As(err, &of) && of.Code() == sqlite3.SQLITE_NOTADB {
		err = fmt.Errorf("%s is no database; move it away if it isn't Dateline's, or restore a backup: %w", path, err)
	}
	return db, err
}

// keepPrivate makes a file for its owner alone where there is none: SQLite would let everybody read it, and gives
// the files beside it the same mode.
func keepPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func ping(ctx context.Context, db *sql.DB) error {
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return &unreachable{err}
	}
	return nil
}

// unreachable says in one line why: pgx tells of each of its attempts in a line of its own, the last of
// which is as good as any.
type unreachable struct{ error }

func (u *unreachable) Error() string {
	lines := strings.Split(strings.TrimSpace(u.error.Error()), "\n")
	return "reach database: " + strings.TrimSpace(lines[len(lines)-1])
}

func (u *unreachable) Unwrap() error { return u.error }

// Clock reads the clock of the database behind db. For SQLite it is nil: its clock is this machine's.
func Clock(db *sql.DB, address string) func(context.Context) (time.Time, error) {
	if !IsPostgres(address) {
		return nil
	}
	return func(ctx context.Context) (time.Time, error) {
		var millis int64
		err := db.QueryRowContext(ctx, `SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT`).Scan(&millis)
		if err != nil {
			return time.Time{}, fmt.Errorf("read the database's clock: %w", err)
		}
		return time.UnixMilli(millis).UTC(), nil
	}
}
