package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"dateline/releases/history"
)

// Stop ends a dispatch for good: what is in flight ends, and whoever hasn't got it by then is left out.
// It returns once that is decided; the dispatch is "stopping" until the ledger says so of everyone.
// ErrConflict unless it is sending, paused or held.
func (l *Ledger) Stop(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	return l.steer(ctx, who, id, "dispatch.stop", `UPDATE dispatches SET state = 'stopping', frozen_at = COALESCE(frozen_at, $2)
		WHERE id = $1 AND state IN ('sending', 'paused', 'held') RETURNING newsroom_id, release_id`, id, millis(l.now()))
}

// stopLimit is how many batches of stopping dispatches one look leaves out, so that others get their turn.
const stopLimit = 100

// endStopped leaves out those who wait in dispatches that were stopped, batch by batch. A batch that a
// worker still holds is given back when its connection has ended.
func (e *Engine) endStopped(ctx context.Context) error {
	refs, err := texts(e.deps.DB.QueryContext(ctx, `SELECT b.dispatch_id || '/' || CAST(b.number AS TEXT)
		FROM dispatches d JOIN batches b ON b.dispatch_id = d.id
		WHERE d.state = 'stopping' AND b.state <> 'done' AND (b.state = 'open' OR b.free_at <= $1)
		ORDER BY d.id, b.number LIMIT `+strconv.Itoa(stopLimit), millis(e.clock.now())))
	if err != nil {
		return fmt.Errorf("find what was stopped: %w", err)
	}
	for _, ref := range refs {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := e.leaveOut(ref); err != nil {
			return fmt.Errorf("leave out %s: %w", ref, err)
		}
	}
	if len(refs) == stopLimit {
		hint(e.wakeDue)
	}
	return e.finishStopped(ctx)
}

// ofWithdrawn is a delivery of a release that is withdrawn: that is why its mailing was stopped.
const ofWithdrawn = `EXISTS (SELECT 1 FROM dispatches d JOIN releases r ON r.id = d.release_id WHERE d.id = dispatch_id AND r.state = 'withdrawn')`

// followed is a delivery whose recipient is told when the release is withdrawn: a holder of a pass is not.
const followed = `EXISTS (SELECT 1 FROM dispatches d WHERE d.id = dispatch_id AND d.kind <> '` + OfAdvance + `')`

// leaveOut excludes who is open in a batch that nobody holds. What a lost worker had in flight, and whoever else is
// in doubt, stays unknown: it isn't sent again to find out.
func (e *Engine) leaveOut(ref string) error {
	dispatch, digits, _ := strings.Cut(ref, "/")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return err
	}
	c := &claim{dispatch: dispatch, number: number, lease: e.id + newID(), at: millis(e.clock.now())}
	return e.commits.do(func(ctx context.Context, tx *groupTx) error {
		var mark int
		var before int64
		err := tx.QueryRowContext(ctx, `UPDATE batches SET state = 'leased', lease = $1
			WHERE dispatch_id = $2 AND number = $3 AND (state = 'open' OR state = 'leased' AND free_at <= $4)
				AND EXISTS (SELECT 1 FROM dispatches d WHERE d.id = $2 AND d.state = 'stopping')
			RETURNING mark, claimed_at`, c.lease, dispatch, number, c.at).Scan(&mark, &before)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE deliveries SET attempts = attempts + CASE WHEN seq <= $1 AND next_at <= $2 THEN 1 ELSE 0 END,
				doubts = doubts + CASE WHEN seq <= $1 AND next_at <= $2 THEN 1 ELSE 0 END,
				state = CASE WHEN seq <= $1 AND next_at <= $2 OR doubts + losses > 0 AND `+followed+` THEN 'unknown' ELSE 'excluded' END,
				reason = CASE WHEN seq <= $1 AND next_at <= $2 THEN 'interrupted' WHEN `+ofWithdrawn+` THEN 'withdrawn' ELSE 'stopped' END, code = '', updated_at = $3
			WHERE dispatch_id = $4 AND seq BETWEEN $5 AND $6 AND state IN ('queued', 'deferred')`,
			mark, before, c.at, dispatch, c.first(), c.last())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, settleBatch, dispatch, number, c.first(), c.last(), 0, c.lease)
		return err
	})
}

// finishStopped makes dispatches stopped in which everyone has an outcome.
func (e *Engine) finishStopped(ctx context.Context) error {
	const ended = `state = 'stopping' AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.dispatch_id = dispatches.id AND b.state <> 'done')`
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT id FROM dispatches WHERE `+ended))
	if err != nil {
		return fmt.Errorf("find what has stopped: %w", err)
	}
	for _, id := range ids {
		now := e.clock.now()
		err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
			_, err := move(ctx, tx.Tx, now, history.System, id, "dispatch.stopped",
				`UPDATE dispatches SET state = 'stopped', done_at = $1 WHERE id = $2 AND `+ended+` RETURNING newsroom_id, release_id`, millis(now), id)
			return err
		})
		if err != nil {
			return fmt.Errorf("end stopped dispatch %s: %w", id, err)
		}
	}
	return nil
}
