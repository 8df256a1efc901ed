package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"dateline/releases"
	"dateline/subscribers"
)

// claim is a batch under a lease of this engine.
type claim struct {
	dispatch string
	number   int
	lease    string
	at       int64       // claimed_at: what is due by then is sent under this lease
	halted   atomic.Bool // give no more: paused, stopped or withdrawn
	lost     atomic.Bool // the lease has passed to another

	newsroom string
	release  string
	kind     string
	version  int       // what is mailed under this lease
	started  time.Time // of the dispatch
	due      []recipient
	over     string // why nobody is to be mailed any more: withdrawn, cleared, lifted
	lift     int64  // of the release
	brakes   bool   // give back at once what is refused as a whole
}

func (c *claim) first() int { return c.number * batchSize }
func (c *claim) last() int  { return c.first() + batchSize - 1 }

// recipient is a delivery as a worker needs it.
type recipient struct {
	seq                           int
	subscriber, email, name, lang string
	tries
	pass     string // hash of theirs, where it is an advance copy that they get
	deferred bool   // it was put off until now
	wanted   bool   // may be mailed at this moment
}

// claim takes the lease of a batch and reads whom to mail, nil when it isn't to be had: done, held by
// another, not yet due, or its dispatch paused. What a former holder left in flight is in doubt and
// settled first. Marks stand in line behind that, so that what takes longer, to read the recipients, has a
// connection of its own: under the lease nobody else changes them.
func (e *Engine) claim(ctx context.Context, ref string) (*claim, error) {
	dispatch, digits, _ := strings.Cut(ref, "/")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return nil, nil // not one of ours
	}
	c := &claim{dispatch: dispatch, number: number, lease: e.id + newID()}
	var taken bool
	err = e.commits.do(func(ctx context.Context, tx *groupTx) (err error) {
		taken, err = e.lease(ctx, tx, c)
		return err
	})
	if err != nil || !taken {
		return nil, err
	}
	e.mu.Lock()
	e.claims[c] = true
	e.mu.Unlock()
	if c.due, err = e.recipients(context.WithoutCancel(ctx), c); err != nil {
		e.settle(c, e.settings.Reconcile)
		return nil, err
	}
	return c, nil
}

func (e *Engine) lease(ctx context.Context, tx *groupTx, c *claim) (bool, error) {
	now := e.clock.now()
	c.at = millis(now)
	var mark, was int
	var before int64
	err := tx.QueryRowContext(ctx, `UPDATE batches SET state = 'leased', lease = $1, free_at = $2
		WHERE dispatch_id = $3 AND number = $4 AND state <> 'done' AND free_at <= $5
			AND EXISTS (SELECT 1 FROM dispatches d WHERE d.id = $3 AND d.state = 'sending' AND `+unfrozen+`)
		RETURNING mark, claimed_at, version`, c.lease, e.commits.until(), c.dispatch, c.number, c.at).Scan(&mark, &before, &was)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := settleDoubts(ctx, tx, c, mark, before); err != nil {
		return false, err
	}
	if err := readDispatch(ctx, tx, c); err != nil {
		return false, err
	}
	if err := rememberVersion(ctx, tx, c, was); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE batches SET mark = -1, claimed_at = $1, version = $2 WHERE dispatch_id = $3 AND number = $4`,
		c.at, c.version, c.dispatch, c.number)
	return err == nil, err
}

// readDispatch reads what a claim's recipients have in common. The batch is locked by now: whoever looks at
// it after a correction finds either this lease, or a batch that goes on with the corrected text.
func readDispatch(ctx context.Context, tx *groupTx, c *claim) error {
	var started int64
	err := tx.QueryRowContext(ctx, `SELECT d.newsroom_id, d.release_id, d.kind, d.version, d.started_at, d.brake = '', COALESCE(r.lift_at, 0),
			CASE WHEN d.kind = 'withdrawal' THEN '' WHEN r.state = 'withdrawn' THEN 'withdrawn' WHEN r.state <> 'scheduled' THEN 'cleared'
				WHEN d.kind = 'advance' AND r.lift_at <= $2 THEN 'lifted' ELSE '' END
		FROM dispatches d JOIN releases r ON r.id = d.release_id WHERE d.id = $1`, c.dispatch, c.at).
		Scan(&c.newsroom, &c.release, &c.kind, &c.version, &started, &c.brakes, &c.lift, &c.over)
	if err != nil {
		return fmt.Errorf("read dispatch %s: %w", c.dispatch, err)
	}
	c.started = instant(&started)
	return nil
}

// rememberVersion writes with each recipient what the batch mailed under former leases, where that is another
// version than is mailed now. Who is in doubt keeps the first that they may have got.
func rememberVersion(ctx context.Context, tx *groupTx, c *claim, was int) error {
	if was == 0 || was == c.version {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET version = $1 WHERE dispatch_id = $2 AND seq BETWEEN $3 AND $4
		AND version = 0 AND (state IN ('sent', 'unknown') OR doubts + losses > 0)`, was, c.dispatch, c.first(), c.last())
	return err
}

// settleDoubts decides on what was marked under a lease that ran out and has no outcome: it is sent
// again with the same Message-ID; in doubt for the last time, it stays unknown.
func settleDoubts(ctx context.Context, tx *groupTx, c *claim, mark int, before int64) error {
	if mark < 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = CASE WHEN doubts + 1 >= $6 THEN 'unknown' ELSE 'queued' END,
			attempts = attempts + 1, doubts = doubts + 1, code = '', reason = 'interrupted', next_at = 0, updated_at = $1
		WHERE dispatch_id = $2 AND seq BETWEEN $3 AND $4 AND state IN ('queued', 'deferred') AND next_at <= $5`,
		c.at, c.dispatch, c.first(), mark, before, mostDoubts)
	return err
}

// recipients are the deliveries due under a claim, in the order they are sent, with the state that
// their subscriptions have now. Their statements carry no cancellation, as the committer's don't.
func (e *Engine) recipients(ctx context.Context, c *claim) ([]recipient, error) {
	args := []any{c.dispatch, c.first(), c.last(), c.at}
	join, wanted, pass := `LEFT JOIN passes p ON p.id = d.subscriber_id`, releases.PassInForce, `COALESCE(p.hash, '')`
	if c.kind != OfAdvance {
		args = append(args, c.newsroom)
		join, wanted, pass = ``, subscribers.StillWanted(`d.subscriber_id`, `$5`), `''`
	}
	rows, err := e.deps.DB.QueryContext(ctx, `SELECT d.seq, d.subscriber_id, d.email, d.name, d.language, d.attempts, d.doubts, d.losses, d.state = 'deferred',
			CASE WHEN `+wanted+` THEN TRUE ELSE FALSE END, `+pass+`
		FROM deliveries d `+join+`
		WHERE d.dispatch_id = $1 AND d.seq BETWEEN $2 AND $3 AND d.state IN ('queued', 'deferred') AND d.next_at <= $4
		ORDER BY d.seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("read batch %s: %w", batchRef(c.dispatch, c.number), err)
	}
	defer rows.Close()
	var list []recipient
	for rows.Next() {
		var r recipient
		if err := rows.Scan(&r.seq, &r.subscriber, &r.email, &r.name, &r.lang, &r.attempts, &r.doubts, &r.losses, &r.deferred, &r.wanted, &r.pass); err != nil {
			return nil, fmt.Errorf("read batch %s: %w", batchRef(c.dispatch, c.number), err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
