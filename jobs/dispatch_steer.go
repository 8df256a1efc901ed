package jobs

import (
	"context"
	"fmt"

	"dateline/releases/history"
)

// Pause stops claiming; what is in flight ends. ErrConflict unless sending.
func (l *Ledger) Pause(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	return l.steer(ctx, who, id, "dispatch.pause",
		`UPDATE dispatches SET state = 'paused' WHERE id = $1 AND state = 'sending' RETURNING newsroom_id, release_id`, id)
}

// Resume goes on with a paused dispatch, or lets a held one go. ErrConflict unless it is either, and
// while its newsroom is frozen.
func (l *Ledger) Resume(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	return l.steer(ctx, who, id, "dispatch.resume", `UPDATE dispatches SET state = 'sending', started_at = COALESCE(started_at, $2),
			brake = CASE WHEN brake = 'on' THEN 'off' ELSE brake END,
			version = CASE WHEN version > 0 THEN version ELSE (SELECT r.approved FROM releases r WHERE r.id = release_id) END
		WHERE id = $1 AND state IN ('paused', 'held') AND `+thawed+` RETURNING newsroom_id, release_id`, id, millis(l.now()))
}

// RetryFailed queues the failed deliveries of a dispatch again, with their tries counted from the
// beginning; who was in doubt stays so. ErrConflict when it has none, or is neither sending, paused nor done.
func (l *Ledger) RetryFailed(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	d, err := l.steer(ctx, who, id, "dispatch.retry_failed", `UPDATE dispatches SET done_at = NULL,
			state = CASE WHEN state = 'paused' THEN 'paused' ELSE 'sending' END
		WHERE id = $1 AND state IN ('sending', 'paused', 'done') AND `+thawed+` AND EXISTS (
			SELECT 1 FROM batches b JOIN deliveries p ON `+batchRange+`
			WHERE b.dispatch_id = $1 AND (b.failed > 0 OR b.state = 'leased') AND p.state = 'failed')
		RETURNING newsroom_id, release_id`, id)
	if err != nil {
		return d, err
	}
	numbers, err := texts(l.db.QueryContext(ctx, `SELECT CAST(number AS TEXT) FROM batches
		WHERE dispatch_id = $1 AND (failed > 0 OR state = 'leased')`, id))
	if err != nil {
		return Dispatch{}, fmt.Errorf("retry failed of %s: %w", id, err)
	}
	for _, number := range numbers {
		if err := l.retryBatch(ctx, id, number); err != nil {
			return Dispatch{}, fmt.Errorf("retry failed of %s: %w", id, err)
		}
	}
	return l.Dispatch(ctx, id)
}

// retryBatch queues again what failed in one batch. What is queued from now on isn't due under a lease
// that began before.
func (l *Ledger) retryBatch(ctx context.Context, id, number string) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	now := millis(l.now())
	// The batch is locked first, as by whoever settles it.
	_, err = tx.ExecContext(ctx, `UPDATE batches SET state = CASE WHEN state = 'leased' THEN 'leased' ELSE 'open' END,
			free_at = CASE WHEN state = 'leased' THEN free_at ELSE 0 END, queued = queued + failed, failed = 0
		WHERE dispatch_id = $1 AND number = CAST($2 AS BIGINT)`, id, number)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET state = 'queued', attempts = 0,
			doubts = CASE WHEN doubts + losses > 0 THEN 1 ELSE 0 END, losses = 0, next_at = $3, updated_at = $3
		WHERE dispatch_id = $1 AND state = 'failed'
			AND seq BETWEEN CAST($2 AS BIGINT) * 500 AND CAST($2 AS BIGINT) * 500 + 499`, id, number, now)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// steer makes a guarded change of state, with its row of history, and gives the dispatch as it then is.
func (l *Ledger) steer(ctx context.Context, who history.Actor, id, action, change string, args ...any) (Dispatch, error) {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return Dispatch{}, fmt.Errorf("%s %s: %w", action, id, err)
	}
	defer tx.Rollback()
	moved, err := move(ctx, tx, l.now(), who, id, action, change, args...)
	if err == nil && moved {
		err = tx.Commit()
	}
	if err != nil {
		return Dispatch{}, fmt.Errorf("%s %s: %w", action, id, err)
	}
	d, err := l.Dispatch(ctx, id)
	if err == nil && !moved {
		return d, ErrConflict
	}
	return d, err
}

// Forget takes a subscriber's name and address out of the ledger; the outcomes stay.
func (l *Ledger) Forget(ctx context.Context, subscriberID string) error {
	_, err := l.db.ExecContext(ctx, `UPDATE deliveries SET email = '', name = ''
		WHERE subscriber_id = $1 AND dispatch_id IN (SELECT id FROM dispatches)`, subscriberID)
	if err != nil {
		return fmt.Errorf("forget %s: %w", subscriberID, err)
	}
	return nil
}
