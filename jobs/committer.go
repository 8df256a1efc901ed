package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// A write is part of a transaction. Its error is the database's; what it found, it tells through its
// closure. It may run again after a failure, and waits for nothing but the database.
type write func(ctx context.Context, tx *groupTx) error

// committer runs writes in transactions, one after the other: while one is under way, the next gathers. So
// marks and outcomes of many connections share a commit, and none waits for the lock of another.
type committer struct {
	db      *sql.DB
	trouble *condition
	until   func() int64 // how long leases last that are renewed now
	bulk    bulk

	mu    sync.Mutex
	next  *commit
	some  chan struct{} // holds one hint: the next commit isn't empty
	hurry chan struct{} // and one: somebody waits for it
	ended chan struct{} // closed when run returns
}

// linger is how long a commit gathers that nobody waits for. Marks are asked for ahead, so that as a
// rule nobody does; and fewer transactions leave more of the processors to the mail.
const linger = 4 * time.Millisecond

// writeTime is how long a transaction takes on more writes: others must get at SQLite's one lock, and
// whoever's write is done at their answer. What is left over comes next.
const writeTime = 10 * time.Millisecond

func newCommitter(db *sql.DB, until func() int64, trouble *condition) *committer {
	c := &committer{
		db: db, until: until, trouble: trouble, bulk: bulk{db: db, made: map[bulkKey]*sql.Stmt{}},
		some: make(chan struct{}, 1), hurry: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	c.next = newCommit(c)
	return c
}

// mark moves the mark of a claim's batch up to seq. The commit tells when that is durable.
func (c *committer) mark(of *claim, seq int) *commit {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next.mark(of, seq)
	hint(c.some)
	return c.next
}

// keep hands over an outcome, which must not be lost: while the database is away it is tried again.
func (c *committer) keep(o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next.keep(o)
	hint(c.some)
}

// do runs a write and waits for it. Marks and outcomes that were handed over before are written first.
func (c *committer) do(w write) error {
	p := pending{write: w, done: make(chan error, 1)}
	c.hand(p)
	select {
	case err := <-p.done:
		return err
	case <-c.ended:
	}
	select {
	case err := <-p.done:
		return err
	default:
		return errStopped
	}
}

// keepWrite hands over a write that must not be lost.
func (c *committer) keepWrite(w write) { c.hand(pending{write: w}) }

func (c *committer) hand(p pending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next.writes = append(c.next.writes, p)
	hint(c.some)
	hint(c.hurry)
}

// urge has a commit made at once, for somebody waits for it.
func (c *committer) urge(this *commit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if this == c.next {
		hint(c.hurry)
	}
}

// run commits until finish is closed and nothing is left. Once ctx has ended it tries for a second more when the
// database is away.
func (c *committer) run(ctx context.Context, finish <-chan struct{}) {
	defer close(c.ended)
	defer c.bulk.close()
	var conn *sql.Conn // kept: SQLite's cache is good only until another connection writes
	again := 4         // so often, once ctx has ended
	for c.gather(finish) {
		this := c.take()
		if this.empty() {
			continue
		}
		err := c.carryOut(ctx, &conn, this)
		c.trouble.set(err)
		if err != nil && !sleep(ctx, retryCommit) {
			if again == 0 {
				break
			}
			again--
			time.Sleep(retryCommit)
		}
	}
	if conn != nil {
		conn.Close()
	}
}

// retryCommit is how long a commit waits that failed.
const retryCommit = 250 * time.Millisecond

// gather returns when there is something to commit: at once if somebody waits for it, else after a
// while. False when nothing will come any more.
func (c *committer) gather(finish <-chan struct{}) bool {
	select {
	case <-c.some:
	case <-finish:
		c.mu.Lock()
		defer c.mu.Unlock()
		return !c.next.empty()
	}
	rest := time.NewTimer(linger)
	defer rest.Stop()
	select {
	case <-c.hurry:
	case <-rest.C:
	case <-finish:
	}
	return true
}

// take closes the commit that gathered and begins another.
func (c *committer) take() *commit {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, spent := range []chan struct{}{c.some, c.hurry} {
		select {
		case <-spent:
		default:
		}
	}
	this := c.next
	c.next = newCommit(c)
	return this
}

// carryOut brings a commit to its end: every write of it is answered, or, when the database is away, kept
// for the next one. A write that fails alone is answered and left out.
func (c *committer) carryOut(ctx context.Context, conn **sql.Conn, this *commit) error {
	for {
		done, failed, err := c.try(ctx, conn, this)
		if failed >= 0 {
			this.writes[failed].answer(err)
			this.writes = append(this.writes[:failed], this.writes[failed+1:]...)
			continue
		}
		this.decide(err)
		if err != nil && *conn != nil {
			(*conn).Close()
			*conn = nil
		}
		var left []pending
		for i, p := range this.writes {
			switch {
			case i < done || err != nil && p.done != nil:
				p.answer(err)
			default:
				left = append(left, p)
			}
		}
		c.putBack(this, left, err != nil)
		return err
	}
}

// putBack puts what wasn't written before what has gathered since.
func (c *committer) putBack(this *commit, left []pending, outcomes bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(left) > 0 {
		c.next.writes = append(left, c.next.writes...)
		hint(c.hurry)
	}
	if outcomes {
		c.next.prepend(this.outcomes)
	}
	if !c.next.empty() {
		hint(c.some)
	}
}

// try runs a commit in one transaction; done is how many of its writes are in it. When one write alone is
// to blame, failed is its place, else -1. Statements carry no cancellation: watching for it costs the
// SQLite driver a goroutine a statement, and they are short.
func (c *committer) try(ctx context.Context, conn **sql.Conn, this *commit) (done, failed int, err error) {
	ctx = context.WithoutCancel(ctx)
	if *conn == nil {
		if *conn, err = c.db.Conn(ctx); err != nil {
			return 0, -1, fmt.Errorf("connect: %w", err)
		}
	}
	tx, err := (*conn).BeginTx(ctx, nil)
	if err != nil {
		return 0, -1, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	began := time.Now()
	if err := this.flush(ctx, tx); err != nil {
		return 0, -1, err
	}
	for done < len(this.writes) && (done == 0 || time.Since(began) < writeTime) {
		p := this.writes[done]
		if err := p.write(ctx, &groupTx{Tx: tx}); err != nil && p.done != nil {
			return 0, done, err
		} else if err != nil {
			return 0, -1, err
		}
		done++
	}
	if err := tx.Commit(); err != nil {
		return 0, -1, fmt.Errorf("commit: %w", err)
	}
	return done, -1, nil
}
