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
	db       *sql.DB
	in       chan pending
	ended    chan struct{} // closed when run returns
	trouble  *condition
	prepared map[string]*sql.Stmt
}

// pending is a write that waits for its commit. One that nobody waits for (no result) is kept until it
// succeeds.
type pending struct {
	write  write
	result chan error
}

// groupLimit is the most writes that one transaction takes, so that it stays short.
const groupLimit = 256

func newCommitter(db *sql.DB, trouble *condition) *committer {
	return &committer{
		db: db, trouble: trouble,
		in: make(chan pending, groupLimit), ended: make(chan struct{}), prepared: map[string]*sql.Stmt{},
	}
}

// begin hands a write over and returns at once; wait returns when it is durable or has failed.
func (c *committer) begin(w write) (wait func() error) {
	result := make(chan error, 1)
	c.hand(pending{write: w, result: result})
	return func() error {
		select {
		case err := <-result:
			return err
		case <-c.ended:
		}
		select {
		case err := <-result:
			return err
		default:
			return errStopped
		}
	}
}

// do runs a write and waits for it.
func (c *committer) do(w write) error { return c.begin(w)() }

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
	defer c.closePrepared()
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
	for i, p := range group {
		if err := p.write(ctx, &groupTx{Tx: tx, committer: c}); err != nil && p.result != nil {
			return i, err
		} else if err != nil {
			return -1, err
		}
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
		case p.result != nil && (err == nil || failed < 0 || i == failed):
			p.result <- err
		case err != nil:
			rest = append(rest, p)
		}
	}
	return rest
}

// groupTx is the transaction that a group of writes shares.
type groupTx struct {
	*sql.Tx
	committer *committer
}

// exec runs one of the few statements that run for every message, prepared once.
func (g *groupTx) exec(ctx context.Context, query string, args ...any) (rows int64, err error) {
	stmt := g.committer.prepared[query]
	if stmt == nil {
		if stmt, err = g.committer.db.PrepareContext(ctx, query); err != nil {
			return 0, err
		}
		g.committer.prepared[query] = stmt
	}
	result, err := g.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *committer) closePrepared() {
	for _, stmt := range c.prepared {
		stmt.Close()
	}
}
