package jobs

import (
	"context"
	"errors"
	"time"

	"dateline/jobs/mail"
)

// idle is how long a worker keeps a connection open that it has nothing for.
const idle = 5 * time.Second

// outlet is a worker's connection to the relay: opened when there is something to send, kept between
// batches, given up when it fails.
type outlet struct {
	e       *Engine
	conn    mail.Conn
	strikes int // failures in a row, with nothing sent between
}

// work handles entries one at a time until the engine stops claiming.
func (e *Engine) work(entries <-chan entry, handle func(*outlet, entry)) {
	out := &outlet{e: e}
	defer out.hangUp()
	for {
		rest := time.NewTimer(idle)
		select {
		case entry := <-entries:
			if out.connect(e.claiming) {
				handle(out, entry)
			}
		case <-rest.C:
			out.hangUp()
		case <-e.claiming.Done():
			return
		}
		rest.Stop()
	}
}

// connect sees to it that there is a connection, with growing pauses while the relay refuses. Nothing
// is claimed meanwhile, so that no recipient's tries are used up. False when the engine stops.
func (o *outlet) connect(ctx context.Context) bool {
	for o.conn == nil {
		if o.strikes > 0 && !sleep(ctx, jitter(min(time.Second<<min(o.strikes-1, 4), 10*time.Second))) {
			return false
		}
		conn, err := o.e.deps.Sender.Connect(ctx)
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return false
		}
		o.e.relay.set(err)
		if err != nil {
			o.strikes++
			continue
		}
		o.conn = conn
	}
	return true
}

// run sends what work gives. A connection that fails is of no more use.
func (o *outlet) run(work mail.Work) {
	err := o.conn.Run(o.e.sending, work)
	if !errors.Is(err, errUnmarked) {
		o.e.relay.set(err)
	}
	o.strikes++
	if err == nil {
		o.strikes = 0
		return
	}
	o.hangUp()
}

func (o *outlet) hangUp() {
	if o.conn != nil {
		o.conn.Close()
		o.conn = nil
	}
}

// sendBatch claims the batch that an entry refers to and sends it. The reference has done its work
// once the batch is claimed, or is seen not to be there to claim.
func (e *Engine) sendBatch(out *outlet, entry entry) {
	claim, err := e.claim(e.claiming, entry.ref)
	e.queue.ack(e.claiming, entry)
	e.ledger.set(err)
	if claim == nil {
		return
	}
	wait := time.Duration(0)
	defer func() { e.settle(claim, wait) }()
	f := newFanout(e, claim, out.conn.Relay())
	out.run(f)
	f.leaveNone()
	f.turns.endAll()
	if f.sent > 0 {
		out.strikes = min(out.strikes, 1)
	}
	e.rendering.set(f.failed)
	if f.failed != nil {
		wait = e.settings.Reconcile
	}
}
