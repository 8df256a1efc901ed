package jobs

import (
	"context"
	"fmt"

	"dateline/releases/history"
)

// More refusals for good than this, and more of them than of mails that were taken, are not the
// addresses' fault: the sender, the relay or the list is wrong. The dispatch is then paused once, before
// the rest of the audience is refused and suppressed.
const (
	brakeBatch    = 25  // in one batch: it is given back at once, to be looked at
	brakeDispatch = 100 // in the whole dispatch
)

// failing says that a batch is refused as a whole, unless an officer has seen that and gone on.
func (f *fanout) failing() bool {
	return f.claim.brakes && f.refused >= brakeBatch && f.refused > f.sent
}

// brake pauses a dispatch that most recipients refuse, and tells the newsroom. Batches that others hold
// count once they are given back.
func (e *Engine) brake(ctx context.Context, c *claim) error {
	if !c.brakes {
		return nil
	}
	const refused = `state = 'sending' AND brake = '' AND (SELECT SUM(b.failed) >= $2 AND SUM(b.failed) > SUM(b.sent)
		FROM batches b WHERE b.dispatch_id = dispatches.id)`
	var is bool
	err := e.deps.DB.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM dispatches WHERE id = $1 AND `+refused+`)`, c.dispatch, brakeDispatch).Scan(&is)
	if err != nil || !is {
		return err
	}
	err = e.moveAndTell(c.dispatch, "dispatch.brake", tellPaused,
		`UPDATE dispatches SET state = 'paused', brake = 'on' WHERE id = $1 AND `+refused+` RETURNING newsroom_id, release_id`, c.dispatch, brakeDispatch)
	if err != nil {
		return fmt.Errorf("brake dispatch %s: %w", c.dispatch, err)
	}
	hint(e.wakeHeld)
	return nil
}

// moveAndTell makes a change of state by itself, and posts the letter that tells of it.
func (e *Engine) moveAndTell(id, action, letter, change string, args ...any) error {
	now := e.clock.now()
	var ref string
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		ref = ""
		moved, err := move(ctx, tx.Tx, now, history.System, id, action, change, args...)
		if err == nil && moved {
			ref, err = tell(ctx, tx.Tx, now, letter, id)
		}
		return err
	})
	if err == nil && ref != "" {
		e.queue.announce(laneNow, ref)
	}
	return err
}
