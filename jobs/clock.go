package jobs

import (
	"context"
	"sync/atomic"
	"time"
)

// clock tells the time of the database, by which leases and everything else in the ledger go: nodes whose
// clocks differ would take each other's leases for expired.
type clock struct {
	node     func() time.Time
	database func(context.Context) (time.Time, error) // nil when it is this machine's
	read     atomic.Pointer[reading]
}

// reading is what two clocks showed at the same moment.
type reading struct{ node, database time.Time }

// measure reads both clocks, taking the middle of the question as the moment of the answer.
func (c *clock) measure(ctx context.Context) error {
	if c.database == nil {
		return nil
	}
	asked := c.node()
	told, err := c.database(ctx)
	if err != nil {
		return err
	}
	c.read.Store(&reading{node: asked.Add(c.node().Sub(asked) / 2), database: told.Round(0)})
	return nil
}

// now is the database's time. Between two readings it goes on by how long that was, even if the node's clock
// is set meanwhile.
func (c *clock) now() time.Time {
	r := c.read.Load()
	if r == nil {
		return c.node()
	}
	return r.database.Add(c.node().Sub(r.node))
}

// skew is the node's clock less the database's.
func (c *clock) skew() time.Duration {
	now := c.now()
	return c.node().Round(0).Sub(now.Round(0)).Round(time.Microsecond)
}

// both is the latest instant that both clocks say has passed.
func (c *clock) both() time.Time {
	node, database := c.node(), c.now()
	if database.Before(node) {
		return database
	}
	return node
}

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
