package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Health is what /readyz and the desk show; errors are nil and Overdue is 0 when all is well.
type Health struct {
	Redis, Relay error // why it can't be reached, if it can't
	Database     error
	Skew         time.Duration // node's clock less the database's
	Unsynced     bool          // nobody keeps the node's clock right
	Overdue      int           // lifts whose mail should have begun over 10 s ago
	Waiting      int           // letters that should have been tried over 10 s ago
}

// Health asks Redis, the relay and the database, each within a second.
func (e *Engine) Health(ctx context.Context) Health {
	var h Health
	var asking sync.WaitGroup
	asking.Go(func() { h.Redis = within(ctx, e.queue.ping) })
	asking.Go(func() { h.Relay = within(ctx, e.deps.Sender.Check) })
	asking.Go(func() {
		h.Database = within(ctx, func(ctx context.Context) error {
			late, err := e.overdue(ctx)
			if err != nil {
				return err
			}
			h.Overdue = len(late)
			h.Waiting, err = e.waitingLetters(ctx)
			return err
		})
	})
	asking.Wait()
	h.Skew, h.Unsynced = e.clock.skew(), e.deps.Unsynced()
	return h
}

// within runs ask with a second's time. Not every client heeds its context, so that one which doesn't
// is left behind.
func within(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- ask(ctx) }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("no answer within a second: %w", ctx.Err())
	}
}

// overdueAfter is how late a thing may be before it is one that somebody should look at.
const overdueAfter = 10 * time.Second

// overdue are the releases of the last LateLimit whose lift has passed and whose mail has not begun: their dispatch
// has not been released, or no worker has taken any of it.
func (e *Engine) overdue(ctx context.Context) (releaseIDs []string, err error) {
	now := e.clock.both()
	return texts(e.deps.DB.QueryContext(ctx, `SELECT r.id FROM releases r
		WHERE r.state = 'scheduled' AND NOT r.backdated AND r.lift_at > $1 AND r.lift_at < $2 AND (NOT EXISTS (
			SELECT 1 FROM dispatches d WHERE d.release_id = r.id AND d.kind = 'release' AND d.state NOT IN ('staging', 'staged', 'canceled'))
		OR EXISTS (SELECT 1 FROM dispatches d WHERE d.release_id = r.id AND d.kind = 'release' AND d.state = 'sending' AND d.started_at < $2
			AND EXISTS (SELECT 1 FROM batches b WHERE b.dispatch_id = d.id)
			AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.dispatch_id = d.id AND b.claimed_at > 0)))`,
		millis(now.Add(-e.settings.LateLimit)), millis(now.Add(-overdueAfter))))
}

// waitingLetters counts those that nobody has tried.
func (e *Engine) waitingLetters(ctx context.Context) (n int, err error) {
	err = e.deps.DB.QueryRowContext(ctx, `SELECT COUNT(*) FROM letters WHERE state IN ('queued', 'sending') AND free_at < $1`,
		millis(e.clock.now().Add(-overdueAfter))).Scan(&n)
	return n, err
}

// condition is whether one thing that the engine needs is well. It logs when that changes, not each
// time that it is found again.
type condition struct {
	log  *slog.Logger
	name string

	mu  sync.Mutex
	err error
}

func (c *condition) set(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	c.mu.Lock()
	was := c.err
	c.err = err
	c.mu.Unlock()
	switch {
	case err != nil && was == nil:
		c.log.Error("in trouble", "what", c.name, "error", err)
	case err == nil && was != nil:
		c.log.Info("well again", "what", c.name)
	}
}
