package mail

import (
	"context"
	"fmt"
	"time"
)

// run is a Run of a connection, until it is worn. turns are the messages taken and not done, in order: the
// one that an answer is awaited for, the one whose envelope was written behind it, the one asked for ahead.
type run struct {
	*conn
	work      Work
	turns     []*turn
	exhausted bool
	delivered int
}

// Run sends what work gives. Where the relay offers PIPELINING (RFC 2920) a message's body and the next
// one's envelope are one write, so that a message costs one round trip.
//
// When ctx ends, what is on the wire is CutOff, or Unbegun where the relay can't have taken it. To end in order,
// work.Next says that there is no more.
func (c *conn) Run(ctx context.Context, work Work) error {
	for {
		if c.worn() {
			if err := c.renew(ctx); err != nil {
				return err
			}
		}
		if exhausted, err := c.run(ctx, work); exhausted || err != nil {
			return err
		}
	}
}

// run ends in order when work has no more, or the connection has lived long enough.
func (c *conn) run(ctx context.Context, work Work) (exhausted bool, err error) {
	stop := context.AfterFunc(ctx, func() { c.raw.SetDeadline(time.Unix(1, 0)) })
	r := &run{conn: c, work: work}
	err = r.all(ctx)
	if err != nil {
		r.abandon(err)
	}
	if !stop() || err != nil {
		c.broken = true
	}
	c.relay.rest.ran(r.delivered, err)
	return r.exhausted, err
}

func (r *run) all(ctx context.Context) error {
	for {
		r.askAhead(ctx)
		if len(r.turns) == 0 {
			return nil
		}
		this := r.turns[0]
		if err := this.mark.Wait(); err != nil {
			r.turns = r.turns[1:]
			return fmt.Errorf("mark %s: %w", this.message.ID, err)
		}
		outcome, err := r.send(ctx, this)
		if outcome.Class == Policy && r.relay.refusesAll(this.to) {
			outcome.Class = Barred
		}
		if err == nil {
			err = closing(outcome)
		}
		r.turns = r.turns[1:]
		r.work.Done(this.message, outcome)
		if err != nil {
			return err
		}
	}
}

// askAhead takes one message more than have been begun.
func (r *run) askAhead(ctx context.Context) {
	if n := len(r.turns); r.exhausted || r.worn() || n > 0 && !r.turns[n-1].begun() {
		return
	}
	m, ok := r.work.Next(ctx)
	if !ok {
		r.exhausted = true
		return
	}
	r.turns = append(r.turns, newTurn(m, r.work.Mark(m), r.limits))
}

// following is the next message, when its envelope may be written now: it is marked, and the relay can
// be given it.
func (r *run) following() *turn {
	if len(r.turns) < 2 || !r.limits.pipelining {
		return nil
	}
	if next := r.turns[1]; next.refusal == nil && next.mark.Durable() {
		return next
	}
	return nil
}

// send takes one message to its end. An error means that the connection is at its end too.
func (r *run) send(ctx context.Context, this *turn) (Outcome, error) {
	if this.refusal != nil {
		return *this.refusal, nil
	}
	if !this.begun() {
		if err := r.writeEnvelope(ctx, this); err != nil {
			return broken(ctx, Temporary, err), err
		}
		r.askAhead(ctx)
	}
	refusal, err := r.envelope(ctx, this)
	if refusal != nil {
		return *refusal, err
	}
	if err != nil {
		return broken(ctx, Temporary, err), err
	}
	return r.body(ctx, this)
}

// writeEnvelope writes a message's commands, unless the relay wants to be asked line by line.
func (r *run) writeEnvelope(ctx context.Context, this *turn) error {
	r.begin(this)
	if !r.limits.pipelining {
		return nil
	}
	r.out = r.appendCommands(r.out[:0], this, this.commands...)
	_, err := r.write(ctx, r.out)
	return err
}

// body writes a message's text, with the next one's envelope behind it, and reads what became of it.
// Only a text that left whole, with its final dot, can have been accepted.
func (r *run) body(ctx context.Context, this *turn) (Outcome, error) {
	r.out = appendData(r.out[:0], this.message)
	end := len(r.out)
	if next := r.following(); next != nil {
		r.begin(next)
		r.out = r.appendCommands(r.out, next, next.commands...)
	}
	if n, err := r.write(ctx, r.out); err != nil && n < end {
		return broken(ctx, Temporary, err), err
	} else if err != nil {
		return broken(ctx, Unknown, err), err
	}
	r.sent++
	r.askAhead(ctx)
	answer, err := r.read(ctx, stageEnd)
	if err == nil && answer.code/100 == 3 {
		err = fmt.Errorf("%w: %d after the message", errBadReply, answer.code)
	}
	if err != nil {
		return broken(ctx, Unknown, err), err
	}
	o := outcomeOf(stageEnd, answer)
	if o.Class == Sent {
		r.delivered++
		r.relay.delivers()
	}
	return o, nil
}

// broken is the outcome of the message that was on a connection when it broke. For what we cut off, neither the
// recipient nor the relay is to blame.
func broken(ctx context.Context, class Class, err error) Outcome {
	switch {
	case ctx.Err() == nil:
	case class == Unknown:
		class = CutOff
	default:
		class = Unbegun
	}
	return lost(class, err)
}

// abandon gives back the messages that were taken and marked, and not begun.
func (r *run) abandon(cause error) {
	for _, t := range r.turns {
		if t.mark.Wait() == nil {
			r.work.Done(t.message, lost(Unbegun, cause))
		}
	}
}

// closing is the error of an answer after which a connection is of no more use: the relay ends it (RFC
// 5321 section 3.8), or would refuse every message.
func closing(o Outcome) error {
	if o.Code == 421 || o.Class == Barred {
		return &Failure{o}
	}
	return nil
}
