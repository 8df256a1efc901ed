package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A commit is what one transaction takes together: marks and outcomes of many connections, of which
// there is one for every message, in two statements, and writes of their own.
type commit struct {
	by       *committer
	marks    map[*claim]int // highest seq about to be sent; -1 when there are only outcomes
	outcomes []outcome
	latest   map[*claim]int // its last in outcomes
	writes   []pending
	decided  chan struct{}
	err      error // once it is decided: none of it was written
}

// pending is a write that waits for its commit. One that nobody waits for is kept until it succeeds.
type pending struct {
	write write
	done  chan error
}

func (p pending) answer(err error) {
	if p.done != nil {
		p.done <- err
	}
}

// groupTx is the transaction of a commit, as its writes see it.
type groupTx struct{ *sql.Tx }

// outcome is a verdict on deliveries first, first+1, ... last, reached under a claim.
type outcome struct {
	claim       *claim
	first, last int
	verdict
	next, at int64
	since    int64 // of the first, when they are more than one
}

// alike is how many milliseconds the outcomes of one row may be apart. All are given the time of the
// last.
const alike = 10

func newCommit(c *committer) *commit {
	return &commit{by: c, marks: map[*claim]int{}, latest: map[*claim]int{}, decided: make(chan struct{})}
}

func (c *commit) empty() bool {
	return len(c.marks) == 0 && len(c.writes) == 0
}

func (c *commit) mark(of *claim, seq int) {
	if was, is := c.marks[of]; !is || seq > was {
		c.marks[of] = seq
	}
}

// keep adds an outcome, to the one before it when that says the same of the delivery before.
func (c *commit) keep(o outcome) {
	c.mark(o.claim, -1)
	if i, is := c.latest[o.claim]; is {
		before := &c.outcomes[i]
		if o.first == before.last+1 && o.verdict == before.verdict && o.next == 0 && before.next == 0 && o.at-before.since < alike {
			before.last, before.at = o.last, o.at
			return
		}
	}
	c.latest[o.claim] = len(c.outcomes)
	o.since = o.at
	c.outcomes = append(c.outcomes, o)
}

// prepend puts outcomes of a commit that failed first.
func (c *commit) prepend(outcomes []outcome) {
	c.outcomes = append(outcomes, c.outcomes...)
	clear(c.latest)
	for _, o := range outcomes {
		c.mark(o.claim, -1)
	}
}

func (c *commit) decide(err error) {
	c.err = err
	close(c.decided)
}

func (c *commit) isDecided() bool {
	select {
	case <-c.decided:
		return true
	default:
		return false
	}
}

// wait returns when the commit is durable, or has failed and changed nothing.
func (c *commit) wait() error {
	if !c.isDecided() {
		c.by.urge(c)
	}
	select {
	case <-c.decided:
	case <-c.by.ended:
		if !c.isDecided() {
			return errStopped
		}
	}
	return c.err
}

// flush writes marks and outcomes. The batches come first: that locks them, renews their leases and
// tells which are still held; only under those do outcomes count.
func (c *commit) flush(ctx context.Context, tx *sql.Tx) error {
	if err := c.writeMarks(ctx, tx); err != nil {
		return fmt.Errorf("write marks: %w", err)
	}
	if err := c.writeOutcomes(ctx, tx); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}

func (c *commit) writeMarks(ctx context.Context, tx *sql.Tx) error {
	rows := make([][]any, 0, len(c.marks))
	until := c.by.until()
	for _, of := range slices.SortedFunc(maps.Keys(c.marks), inOrder) {
		rows = append(rows, []any{of.dispatch, of.number, of.lease, c.marks[of], until})
	}
	held := map[string]bool{}
	err := c.by.bulk.run(ctx, tx, writeMarks, rows, func(lease string) { held[lease] = true })
	for of := range c.marks {
		if err == nil && !held[of.lease] {
			of.lost.Store(true)
		}
	}
	return err
}

func (c *commit) writeOutcomes(ctx context.Context, tx *sql.Tx) error {
	rows := make([][]any, 0, len(c.outcomes))
	for _, o := range c.outcomes {
		if !o.claim.lost.Load() {
			rows = append(rows, []any{o.claim.dispatch, o.first, o.last, o.state, o.attempts, o.doubts, o.losses, o.code, o.reason, o.next, o.at})
		}
	}
	return c.by.bulk.run(ctx, tx, writeOutcomes, rows, nil)
}

// inOrder is the order in which marks lock batches, as it is that of who looks through several: two who want the same
// don't wait for each other. Where a commit's writes lock another batch after that, they still may; Postgres then
// ends one of the two, which is tried again.
func inOrder(a, b *claim) int {
	return cmp.Or(strings.Compare(a.dispatch, b.dispatch), cmp.Compare(a.number, b.number))
}

var writeMarks = bulkStatement{
	text: `UPDATE batches SET mark = CASE WHEN v.column4 > mark THEN v.column4 ELSE mark END, free_at = v.column5
		FROM (VALUES %s) AS v WHERE dispatch_id = v.column1 AND number = v.column2 AND lease = v.column3 RETURNING lease`,
	types: []string{"TEXT", "BIGINT", "TEXT", "BIGINT", "BIGINT"},
}

var writeOutcomes = bulkStatement{
	text: `UPDATE deliveries SET state = v.column4, attempts = v.column5, doubts = v.column6, losses = v.column7,
			code = v.column8, reason = v.column9, next_at = v.column10, updated_at = v.column11
		FROM (VALUES %s) AS v WHERE dispatch_id = v.column1 AND seq BETWEEN v.column2 AND v.column3`,
	types: []string{"TEXT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "BIGINT", "BIGINT"},
}
