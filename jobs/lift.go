package jobs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"dateline/releases/history"
)

// watchLifts sleeps until the next lift, releases its mail, and looks again.
func (e *Engine) watchLifts(ctx context.Context) {
	for ctx.Err() == nil {
		wait, err := e.lookAtLifts(ctx)
		e.ledger.set(err)
		sleepUntil(ctx, wait, e.wakeLifts)
	}
}

// lookAtLifts does what is due, and says how long nothing will be.
func (e *Engine) lookAtLifts(ctx context.Context) (time.Duration, error) {
	for _, step := range []func(context.Context) error{
		e.clock.measure, e.pauseFrozen, e.openDispatches, e.liftDue, e.cancelDispatches, e.followCorrections, e.followWithdrawals, e.gatherAudiences,
	} {
		if err := step(ctx); err != nil {
			return time.Second, err
		}
	}
	return e.untilNextLift(ctx)
}

func (e *Engine) untilNextLift(ctx context.Context) (time.Duration, error) {
	now := e.clock.both()
	var next *int64
	err := e.deps.DB.QueryRowContext(ctx, `SELECT MIN(lift_at) FROM releases WHERE state = 'scheduled' AND NOT backdated AND lift_at > $1`, millis(now)).Scan(&next)
	if err != nil || next == nil {
		return e.settings.Look, err
	}
	return min(e.settings.Look, instant(next).Sub(e.clock.both())), nil
}

// dueLift is a dispatch whose lift has passed, and when that was.
type dueLift struct {
	dispatch string
	at       time.Time
}

// liftDue releases the mail of every lift that has passed by both clocks. What comes too late is held,
// once its audience is known, and so is what had lifted when a backup was restored: it may have gone out.
func (e *Engine) liftDue(ctx context.Context) error {
	now := e.clock.both()
	rows, err := e.deps.DB.QueryContext(ctx, `SELECT d.id, d.state, r.lift_at, (SELECT COALESCE(MAX(at), 0) FROM restores)
		FROM dispatches d JOIN releases r ON r.id = d.release_id
		WHERE d.kind = 'release' AND d.state IN ('staging', 'staged') AND r.state = 'scheduled' AND NOT r.backdated AND r.lift_at <= $1 AND `+unfrozen+`
		ORDER BY r.lift_at`, millis(now))
	if err != nil {
		return fmt.Errorf("find due lifts: %w", err)
	}
	defer rows.Close()
	var lift []dueLift
	var hold []string
	for rows.Next() {
		var id, state string
		var at, restored int64
		if err := rows.Scan(&id, &state, &at, &restored); err != nil {
			return fmt.Errorf("read due lifts: %w", err)
		}
		late := at <= restored || now.Sub(instant(&at)) > e.settings.LateLimit
		switch {
		case !late:
			lift = append(lift, dueLift{id, instant(&at)})
		case state == Staged:
			hold = append(hold, id)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read due lifts: %w", err)
	}
	if err := e.liftAll(ctx, lift); err != nil {
		return err
	}
	for _, id := range hold {
		if err := e.hold(id); err != nil {
			return err
		}
	}
	return nil
}

// headStart is how long pages and feeds have the processors to themselves: who looks for a release in its
// first moment finds it before mail to thousands is made.
const headStart = 20 * time.Millisecond

// liftAll releases dispatches, and then wakes the workers.
func (e *Engine) liftAll(ctx context.Context, list []dueLift) error {
	var lifted []string
	var failed error
	for _, due := range list {
		is, err := e.lift(ctx, due.dispatch, due.at)
		failed = errors.Join(failed, err)
		if is {
			lifted = append(lifted, due.dispatch)
		}
	}
	if len(lifted) > 0 {
		sleep(ctx, headStart)
	}
	for _, id := range lifted {
		failed = errors.Join(failed, e.announceDispatch(ctx, id))
	}
	return failed
}

// lift releases a dispatch in one guarded update.
func (e *Engine) lift(ctx context.Context, id string, at time.Time) (lifted bool, err error) {
	now := e.clock.both()
	err = e.commits.do(func(ctx context.Context, tx *groupTx) (err error) {
		lifted, err = move(ctx, tx.Tx, now, history.System, id, "dispatch.lift", `UPDATE dispatches SET state = 'sending', started_at = $1,
				version = (SELECT r.approved FROM releases r WHERE r.id = release_id)
			WHERE id = $2 AND state IN ('staging', 'staged') AND EXISTS (
				SELECT 1 FROM releases r WHERE r.id = release_id AND r.state = 'scheduled' AND NOT r.backdated AND r.lift_at <= $1 AND `+unfrozenRelease+`)
			RETURNING newsroom_id, release_id`, millis(now), id)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lift dispatch %s: %w", id, err)
	}
	if lifted {
		e.deps.Lifted(e.clock.now().Sub(at))
	}
	return lifted, nil
}

func (e *Engine) hold(id string) error {
	err := e.moveAndTell(id, "dispatch.hold", tellHeld,
		`UPDATE dispatches SET state = 'held' WHERE id = $1 AND state = 'staged' RETURNING newsroom_id, release_id`, id)
	if err != nil {
		return fmt.Errorf("hold dispatch %s: %w", id, err)
	}
	return nil
}

// announceDispatch wakes workers for every open batch of a dispatch.
func (e *Engine) announceDispatch(ctx context.Context, id string) error {
	refs, err := texts(e.deps.DB.QueryContext(ctx, `SELECT dispatch_id || '/' || CAST(number AS TEXT) FROM batches
		WHERE dispatch_id = $1 AND state <> 'done' ORDER BY number`, id))
	if err != nil {
		return fmt.Errorf("announce dispatch %s: %w", id, err)
	}
	e.queue.announce(laneLift, refs...)
	return nil
}

// batchRef is a batch's reference on the lane.
func batchRef(dispatchID string, number int) string { return dispatchID + "/" + strconv.Itoa(number) }
