package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Whoever settles gives a batch back with its counts. What is still queued is free at $5 at the
// earliest; what is deferred when the first of it is due.
const settleBatch = `UPDATE batches SET lease = '', mark = -1,
	(state, free_at, queued, sent, deferred, failed, excluded, unknown, retried, first_sent_at, last_sent_at) = (
		SELECT CASE WHEN SUM(CASE WHEN p.state IN ('queued', 'deferred') THEN 1 ELSE 0 END) = 0 THEN 'done' ELSE 'open' END,
			COALESCE(MIN(CASE WHEN p.state NOT IN ('queued', 'deferred') THEN NULL WHEN p.next_at < $5 THEN $5 ELSE p.next_at END), 0),
			SUM(CASE WHEN p.state = 'queued' THEN 1 ELSE 0 END), SUM(CASE WHEN p.state = 'sent' THEN 1 ELSE 0 END),
			SUM(CASE WHEN p.state = 'deferred' THEN 1 ELSE 0 END), SUM(CASE WHEN p.state = 'failed' THEN 1 ELSE 0 END),
			SUM(CASE WHEN p.state = 'excluded' THEN 1 ELSE 0 END), SUM(CASE WHEN p.state = 'unknown' THEN 1 ELSE 0 END),
			SUM(CASE WHEN ` + inDoubt + ` THEN 1 ELSE 0 END),
			MIN(CASE WHEN p.state = 'sent' THEN p.updated_at END), MAX(CASE WHEN p.state = 'sent' THEN p.updated_at END)
		FROM deliveries p WHERE p.dispatch_id = $1 AND p.seq BETWEEN $3 AND $4)
	WHERE dispatch_id = $1 AND number = $2 AND lease = $6 RETURNING state, free_at, failed`

// settle gives a claim back, after every outcome handed over before it. What is still queued waits for
// a while. When the database is away the lease just runs out.
func (e *Engine) settle(c *claim, wait time.Duration) {
	e.mu.Lock()
	delete(e.claims, c)
	e.mu.Unlock()
	var state string
	var free int64
	var failed int
	earliest := millis(e.clock.now().Add(wait))
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		err := tx.QueryRowContext(ctx, settleBatch, c.dispatch, c.number, c.first(), c.last(), earliest, c.lease).Scan(&state, &free, &failed)
		if errors.Is(err, sql.ErrNoRows) { // the lease was lost: it is another's to settle
			return nil
		}
		return err
	})
	if err == nil && failed > 0 {
		err = e.brake(e.sending, c)
	}
	switch {
	case err != nil:
		e.ledger.set(fmt.Errorf("settle %s: %w", batchRef(c.dispatch, c.number), err))
	case c.halted.Load():
		hint(e.wakeDue) // it may have been stopped
	case state == "done":
		e.ledger.set(e.finish(e.sending, c.dispatch))
	case state == "open":
		e.announceAt(instant(&free), batchRef(c.dispatch, c.number))
	}
}

// announceAt announces a batch when it is due. What is due much later, or in a process that has ended
// by then, the reconciler finds.
func (e *Engine) announceAt(due time.Time, ref string) {
	wait := due.Sub(e.clock.now())
	if wait <= 0 {
		e.queue.announce(laneLift, ref)
	} else if wait < time.Hour {
		time.AfterFunc(wait+time.Millisecond, func() { e.queue.announce(laneLift, ref) })
	}
}

// finished is a dispatch whose every recipient has an outcome.
const finished = `state = 'sending' AND frozen_at IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM batches b WHERE b.dispatch_id = dispatches.id AND b.state <> 'done')`

// finish makes a dispatch done if it is finished.
func (e *Engine) finish(ctx context.Context, id string) error {
	var ready bool
	err := e.deps.DB.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM dispatches WHERE id = $1 AND `+finished+`)`, id).Scan(&ready)
	if err != nil || !ready {
		return err
	}
	err = e.moveAndTell(id, "dispatch.done", tellDone,
		`UPDATE dispatches SET state = 'done', done_at = $1 WHERE id = $2 AND `+finished+` RETURNING newsroom_id, release_id`, millis(e.clock.now()), id)
	if err != nil {
		return fmt.Errorf("finish dispatch %s: %w", id, err)
	}
	if len(e.held()) == 0 {
		e.deps.Idle()
	}
	return nil
}
