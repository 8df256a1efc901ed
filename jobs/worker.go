package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"dateline/jobs/mail"
)

// idle is how long a worker keeps a connection open that it has nothing for.
const idle = 5 * time.Second

// outlet is a worker's connection to the relay: opened when there is something to send, kept between
// batches, given up when it fails.
type outlet struct {
	e       *Engine
	letters bool // others give way to it
	conn    mail.Conn
	strikes int // failures in a row, with nothing sent between
}

// work handles entries one at a time until the engine stops claiming.
func (e *Engine) work(out *outlet, entries <-chan entry, handle func(*outlet, entry)) {
	defer out.hangUp()
	for {
		rest := time.NewTimer(idle)
		select {
		case entry := <-entries:
			if out.connect(e.claiming, entry) {
				handle(out, entry)
			}
		case entry := <-out.handed():
			handle(out, entry)
		case <-rest.C:
			out.hangUp()
		case <-out.asked():
			out.hangUp()
		case <-e.claiming.Done():
			return
		}
		rest.Stop()
	}
}

// connect sees to it that there is a connection for an entry, with growing pauses while the relay refuses.
// Nothing is claimed meanwhile, so that no recipient's tries are used up. False when somebody else took
// the entry, or the engine stops.
func (o *outlet) connect(ctx context.Context, entry entry) bool {
	for o.conn == nil {
		if o.pass(entry) {
			return false
		}
		if o.strikes > 0 && !sleep(ctx, jitter(min(time.Second<<min(o.strikes-1, 4), 10*time.Second))) {
			return false
		}
		conn, err := o.open(ctx, entry)
		if errors.Is(err, errHanded) {
			o.conn = conn
			return false
		}
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

// impatience is how long a letter waits for a connection before a release must give it one of its own.
const impatience = 100 * time.Millisecond

// open waits for a connection. Releases may hold as many as the relay takes: where that keeps a letter
// waiting, one of them after the other gives its connection away.
func (o *outlet) open(ctx context.Context, entry entry) (mail.Conn, error) {
	if !o.letters {
		return o.openOrHand(ctx, entry)
	}
	opened := make(chan struct{})
	asking := sync.WaitGroup{}
	asking.Go(func() {
		tick := time.NewTicker(impatience)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				hint(o.e.giveWay)
			case <-opened:
				return
			}
		}
	})
	conn, err := o.e.deps.Sender.Connect(ctx)
	close(opened)
	asking.Wait()
	select {
	case <-o.e.giveWay:
	default:
	}
	return conn, err
}

// errHanded says that another worker has taken the entry.
var errHanded = errors.New("handed on")

// openOrHand waits for a connection, or for another worker that has one and nothing more to send on it:
// all that the relay takes may be open, one of them to a letter, and an entry must not wait for that.
func (o *outlet) openOrHand(ctx context.Context, entry entry) (conn mail.Conn, err error) {
	opening, cancel := context.WithCancel(ctx)
	defer cancel()
	opened := make(chan struct{})
	go func() {
		conn, err = o.e.deps.Sender.Connect(opening)
		close(opened)
	}()
	select {
	case <-opened:
		return conn, err
	case o.e.handing <- entry:
		cancel()
		<-opened
		if err != nil {
			return nil, errHanded
		}
		return conn, errHanded
	}
}

// pass gives an entry to a worker that has a connection and nothing to send.
func (o *outlet) pass(entry entry) bool {
	if o.letters {
		return false
	}
	select {
	case o.e.handing <- entry:
		return true
	default:
		return false
	}
}

// handed gives entries of workers that have no connection to those that have one.
func (o *outlet) handed() <-chan entry {
	if o.letters || o.conn == nil {
		return nil
	}
	return o.e.handing
}

// asked gives a hint when the outlet should give its connection to a letter.
func (o *outlet) asked() <-chan struct{} {
	if o.letters || o.conn == nil {
		return nil
	}
	return o.e.giveWay
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
