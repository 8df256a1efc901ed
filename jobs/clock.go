package jobs

import (
	"context"
	"sync/atomic"
	"time"
)

// clock knows the node's time and how far the database's is from it.
type clock struct {
	now      func() time.Time
	database func(context.Context) (time.Time, error) // nil when it is this machine's
	ahead    atomic.Int64                             // node less database, in nanoseconds
}

// measure compares the clocks, taking the middle of the question as the moment of the answer.
func (c *clock) measure(ctx context.Context) error {
	if c.database == nil {
		return nil
	}
	asked := c.now()
	told, err := c.database(ctx)
	if err != nil {
		return err
	}
	c.ahead.Store(int64(asked.Add(c.now().Sub(asked) / 2).Sub(told)))
	return nil
}

func (c *clock) skew() time.Duration { return time.Duration(c.ahead.Load()) }

// both is the latest instant that both clocks say has passed.
func (c *clock) both() time.Time { return c.now().Add(-max(0, c.skew())) }

// Now is the latest instant that this node's clock and the database's both say has passed.
func (e *Engine) Now() time.Time { return e.clock.both() }

// sleep waits for d; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool { return sleepUntil(ctx, d, nil) }

// sleepUntil waits for d or a hint; false when ctx ended first.
func sleepUntil(ctx context.Context, d time.Duration, hint <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-hint:
	case <-ctx.Done():
		return false
	}
	return true
}
