package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A write is part of a transaction. Its error is the database's; what it found, it tells through its
// closure. It may run again after a failure, and waits for nothing but the database.
type write func(ctx context.Context, tx *groupTx) error

// committer runs writes in transactions, one after the other: while one commits, the next gathers. So
// marks and outcomes of many connections share a commit, and none waits for the lock of another.
type committer struct {
	db      *sql.DB
	in      chan pending
	ended   chan struct{} // closed when run returns
	trouble *condition
	until   func() int64 // how long leases last that are renewed now
	bulk    bulk
}

// pending is a write that waits for its commit. One without a receipt is kept until it succeeds.
type pending struct {
	write   write
	receipt *receipt
}

// receipt tells when a write is durable or has failed.
type receipt struct {
	decided chan struct{}
	err     error // once it is decided
	ended   <-chan struct{}
}

func (r *receipt) decide(err error) {
	r.err = err
	close(r.decided)
}

func (r *receipt) isDecided() bool {
	select {
	case <-r.decided:
		return true
	default:
		return false
	}
}

// wait returns when the write is durable, or has failed and changed nothing.
func (r *receipt) wait() error {
	select {
	case <-r.decided:
	case <-r.ended:
		if !r.isDecided() {
			return errStopped
		}
	}
	return r.err
}

// groupLimit is the most writes that one transaction takes, so that it stays short.
const groupLimit = 256

func newCommitter(db *sql.DB, until func() int64, trouble *condition) *committer {
	return &committer{
		db: db, until: until, trouble: trouble,
		in: make(chan pending, groupLimit), ended: make(chan struct{}), bulk: bulk{db: db, made: map[bulkKey]*sql.Stmt{}},
	}
}

// begin hands a write over and returns at once.
func (c *committer) begin(w write) *receipt {
	r := &receipt{decided: make(chan struct{}), ended: c.ended}
	c.hand(pending{write: w, receipt: r})
	return r
}

// do runs a write and waits for it.
func (c *committer) do(w write) error { return c.begin(w).wait() }

// keep hands over a write that must not be lost: while the database is away it is tried again.
func (c *committer) keep(w write) { c.hand(pending{write: w}) }

func (c *committer) hand(p pending) {
	select {
	case c.in <- p:
	case <-c.ended:
	}
}

// run commits until finish is closed and nothing is left, or until ctx ends.
func (c *committer) run(ctx context.Context, finish <-chan struct{}) {
	defer close(c.ended)
	defer c.bulk.close()
	var group []pending
	for {
		group = c.gather(ctx, group, finish)
		if len(group) == 0 {
			return
		}
		failed, err := c.commit(ctx, group)
		c.trouble.set(err)
		group = left(group, failed, err)
		if err != nil && len(group) > 0 && failed < 0 && !sleep(ctx, 250*time.Millisecond) {
			return
		}
	}
}

// gather adds to what is left whatever has come; with nothing left it waits for the first.
func (c *committer) gather(ctx context.Context, group []pending, finish <-chan struct{}) []pending {
	if len(group) == 0 {
		select {
		case p := <-c.in:
			group = append(group, p)
		case <-ctx.Done():
			return nil
		case <-finish:
		}
	}
	for len(group) < groupLimit {
		select {
		case p := <-c.in:
			group = append(group, p)
		default:
			return group
		}
	}
	return group
}

// commit runs a group in one transaction and tells those who wait. When one write alone is to blame,
// failed is its place, else -1. Statements carry no cancellation: watching for it costs the SQLite
// driver a goroutine a statement, and they are short.
func (c *committer) commit(ctx context.Context, group []pending) (failed int, err error) {
	ctx = context.WithoutCancel(ctx)
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return -1, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	shared := &groupTx{Tx: tx, bulk: c.bulk, until: c.until(), marks: map[*claim]int{}}
	for i, p := range group {
		if err := p.write(ctx, shared); err != nil && p.receipt != nil {
			return i, err
		} else if err != nil {
			return -1, err
		}
	}
	if err := shared.flush(ctx); err != nil {
		return -1, err
	}
	if err := tx.Commit(); err != nil {
		return -1, fmt.Errorf("commit: %w", err)
	}
	return -1, nil
}

// left answers those whose write is decided and returns the rest: all but the one to blame, or, when
// the database is away, those that nobody waits for.
func left(group []pending, failed int, err error) (rest []pending) {
	for i, p := range group {
		switch {
		case p.receipt != nil && (err == nil || failed < 0 || i == failed):
			p.receipt.decide(err)
		case err != nil:
			rest = append(rest, p)
		}
	}
	return rest
}
