package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Ledger reads and steers dispatches; the desk and the API use it.
type Ledger struct {
	db  *sql.DB
	now func() time.Time
}

// NewLedger works on db.
func NewLedger(db *sql.DB, now func() time.Time) *Ledger { return &Ledger{db: db, now: now} }

// inFlight is a delivery p that is due under the lease of its batch b, and at or below the mark.
const inFlight = `p.state IN ('queued', 'deferred') AND p.next_at <= b.claimed_at AND p.seq <= b.mark`

// inDoubt is a delivery p that may have been sent before: it was sent again, or is to be, with the same
// Message-ID.
const inDoubt = `p.doubts + p.losses > 0`

// batchRange joins the deliveries p of a batch b.
const batchRange = `p.dispatch_id = b.dispatch_id AND p.seq BETWEEN b.number * 500 AND b.number * 500 + 499`

// dispatchCounts sums a dispatch's ($1) batches, and gives its audience as of the same instant. Batches
// that somebody works on, a handful, are counted by their deliveries.
const dispatchCounts = `SELECT COALESCE(SUM(c.queued), 0), COALESCE(SUM(c.sending), 0), COALESCE(SUM(c.sent), 0), COALESCE(SUM(c.deferred), 0),
		COALESCE(SUM(c.failed), 0), COALESCE(SUM(c.excluded), 0), COALESCE(SUM(c.unknown), 0), COALESCE(SUM(c.retried), 0),
		MIN(c.first_sent_at), MAX(c.last_sent_at), (SELECT d.audience FROM dispatches d WHERE d.id = $1) FROM (
	SELECT b.queued, 0 AS sending, b.sent, b.deferred, b.failed, b.excluded, b.unknown, b.retried, b.first_sent_at, b.last_sent_at
	FROM batches b WHERE b.dispatch_id = $1 AND b.state <> 'leased'
	UNION ALL
	SELECT CASE WHEN p.state = 'queued' AND NOT (` + inFlight + `) THEN 1 ELSE 0 END, CASE WHEN ` + inFlight + ` THEN 1 ELSE 0 END,
		CASE WHEN p.state = 'sent' THEN 1 ELSE 0 END, CASE WHEN p.state = 'deferred' AND NOT (` + inFlight + `) THEN 1 ELSE 0 END,
		CASE WHEN p.state = 'failed' THEN 1 ELSE 0 END, CASE WHEN p.state = 'excluded' THEN 1 ELSE 0 END,
		CASE WHEN p.state = 'unknown' THEN 1 ELSE 0 END, CASE WHEN ` + inDoubt + ` THEN 1 ELSE 0 END,
		CASE WHEN p.state = 'sent' THEN p.updated_at END, CASE WHEN p.state = 'sent' THEN p.updated_at END
	FROM batches b JOIN deliveries p ON ` + batchRange + ` WHERE b.dispatch_id = $1 AND b.state = 'leased') AS c`

const dispatchColumns = `id, newsroom_id, release_id, kind, state, version, brake, created_at, frozen_at, started_at, done_at`

// Dispatch finds one by id, with its counts.
func (l *Ledger) Dispatch(ctx context.Context, id string) (Dispatch, error) {
	list, err := l.list(ctx, `WHERE id = $1`, id)
	if err != nil {
		return Dispatch{}, fmt.Errorf("dispatch %s: %w", id, err)
	}
	if len(list) == 0 {
		return Dispatch{}, ErrNotFound
	}
	return list[0], nil
}

// OfRelease lists the dispatches of a release, newest first.
func (l *Ledger) OfRelease(ctx context.Context, releaseID string) ([]Dispatch, error) {
	list, err := l.list(ctx, `WHERE release_id = $1 ORDER BY created_at DESC, id DESC`, releaseID)
	if err != nil {
		return nil, fmt.Errorf("dispatches of %s: %w", releaseID, err)
	}
	return list, nil
}

// Recent lists the newest dispatches of a newsroom ("" for all).
func (l *Ledger) Recent(ctx context.Context, newsroomID string, limit int) ([]Dispatch, error) {
	list, err := l.list(ctx, `WHERE newsroom_id = $1 OR $1 = '' ORDER BY created_at DESC, id DESC LIMIT $2`, newsroomID, limit)
	if err != nil {
		return nil, fmt.Errorf("recent dispatches: %w", err)
	}
	return list, nil
}

// list reads dispatches, then each one's counts.
func (l *Ledger) list(ctx context.Context, which string, args ...any) ([]Dispatch, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT `+dispatchColumns+` FROM dispatches `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Dispatch
	for rows.Next() {
		var d Dispatch
		var created int64
		var brake string
		var frozen, started, done *int64
		err := rows.Scan(&d.ID, &d.NewsroomID, &d.ReleaseID, &d.Kind, &d.State, &d.Version, &brake, &created, &frozen, &started, &done)
		if err != nil {
			return nil, err
		}
		d.Braked = d.State == Paused && brake == "on"
		d.CreatedAt, d.FrozenAt, d.StartedAt, d.DoneAt = instant(&created), instant(frozen), instant(started), instant(done)
		list = append(list, d)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range list {
		if err := l.count(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (l *Ledger) count(ctx context.Context, d *Dispatch) error {
	var first, last *int64
	err := l.db.QueryRowContext(ctx, dispatchCounts, d.ID).Scan(&d.Queued, &d.Sending, &d.Sent, &d.Deferred, &d.Failed,
		&d.Excluded, &d.Unknown, &d.UnknownRetried, &first, &last, &d.Audience)
	if err != nil {
		return fmt.Errorf("count %s: %w", d.ID, err)
	}
	d.FirstSentAt, d.LastSentAt = instant(first), instant(last)
	return nil
}
