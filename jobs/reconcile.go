package jobs

import (
	"context"
	"fmt"
)

// announceLimit bounds what one look reads and announces.
const announceLimit = 5000

// handLimit bounds what a worker finds for itself while Redis is away: others look for the same.
const handLimit = 20

// What is due at $1, at most $2 of it.
const (
	dueBatches = `SELECT b.dispatch_id || '/' || CAST(b.number AS TEXT) FROM dispatches d JOIN batches b ON b.dispatch_id = d.id
		WHERE d.state = 'sending' AND b.state <> 'done' AND b.free_at <= $1 ORDER BY d.started_at, b.number LIMIT $2`
	dueLetters = `SELECT id FROM letters WHERE state IN ('queued', 'sending') AND free_at <= $1 ORDER BY free_at LIMIT $2`
)

func (e *Engine) due(ctx context.Context, query string, most int) ([]string, error) {
	refs, err := texts(e.deps.DB.QueryContext(ctx, query, millis(e.clock.now()), most))
	if err != nil {
		return nil, fmt.Errorf("find what is due: %w", err)
	}
	return refs, nil
}

// handed finds what a lane's readers hand on while Redis is away.
func (e *Engine) handed(query string) func(context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) { return e.due(ctx, query, handLimit) }
}

// reconcile looks every few seconds for what was lost on the way: references that Redis no longer has,
// batches whose time has come, dispatches that are done.
func (e *Engine) reconcile(ctx context.Context) {
	voided := !e.settings.Alone
	for {
		err := e.voidLeases(&voided)
		for _, step := range []func(context.Context) error{e.announceBatches, e.tellHolders, e.announceLetters, e.finishDispatches, e.endStopped, e.forgetCanceled, e.forgetMistakes, e.readDomainRests, e.tellRelayRests, e.countCrew, e.alarmOverdue} {
			if err == nil {
				err = step(ctx)
			}
		}
		e.ledger.set(err)
		if !sleepUntil(ctx, e.settings.Reconcile, e.wakeDue) {
			return
		}
	}
}

// voidLeases frees, once, what a former process of this installation held. Nobody else can.
func (e *Engine) voidLeases(voided *bool) error {
	if *voided {
		return nil
	}
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		for _, statement := range []string{
			`UPDATE batches SET free_at = 0 WHERE state = 'leased' AND lease NOT LIKE $1`,
			`UPDATE letters SET free_at = 0 WHERE state = 'sending' AND lease NOT LIKE $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, e.id+"%"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("void former leases: %w", err)
	}
	*voided = true
	return nil
}

// announceBatches announces the batches that are due, unless as many references wait in the lane. The
// lane is counted first: a batch claimed in between then looks announced, not lost.
func (e *Engine) announceBatches(ctx context.Context) error {
	return e.announceDue(ctx, laneLift, dueBatches)
}

// announceLetters does the same for letters.
func (e *Engine) announceLetters(ctx context.Context) error {
	return e.announceDue(ctx, laneNow, dueLetters)
}

func (e *Engine) announceDue(ctx context.Context, l lane, query string) error {
	waiting, err := e.queue.waiting(ctx, l)
	e.queue.trouble.set(err)
	if err != nil {
		return nil // Redis is away: workers look by themselves
	}
	due, err := e.due(ctx, query, announceLimit)
	if err != nil {
		return err
	}
	if int64(len(due)) > waiting {
		e.queue.announce(l, due...)
	}
	return nil
}

// finishDispatches finishes those whose last two batches were settled at the same instant by two
// processes, neither of which saw the other.
func (e *Engine) finishDispatches(ctx context.Context) error {
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT id FROM dispatches WHERE `+finished))
	if err != nil {
		return fmt.Errorf("find finished dispatches: %w", err)
	}
	for _, id := range ids {
		if err := e.finish(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
