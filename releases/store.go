package releases

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// scanner is a row or rows.
type scanner interface{ Scan(dest ...any) error }

func newID() string { return strings.ToLower(rand.Text()) }

// canBeID keeps what a stranger puts in an address from reaching the database as text it can't take.
func canBeID(s string) bool { return input.IsSlug(s) }

// instant is a time from a column, zero for NULL.
func instant(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// pageSize bounds what one page of a list may hold.
func pageSize(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, 500)
}

// transact runs do in a transaction of its own.
func transact(ctx context.Context, db *sql.DB, do func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// record writes what was done to a newsroom or release into the history.
func (d *Desk) record(ctx context.Context, tx *sql.Tx, now time.Time, who history.Actor, action, newsroomID, subject string, detail map[string]any) error {
	return history.Record(ctx, tx, now, who, history.Event{NewsroomID: newsroomID, Subject: subject, Action: action, Detail: detail})
}

// changedOne turns the result of a guarded update into whether it found its row.
func changedOne(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	return rows == 1, err
}
