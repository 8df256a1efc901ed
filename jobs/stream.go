package jobs

import (
	"context"
	"slices"
	"strconv"
	"time"

	"dateline/jobs/mail"
)

// stream is what goes over one connection: batch after batch, as long as there are some. The next one is
// claimed while the last of a batch leave, and what is done is given back while the next goes on: no
// connection waits for either.
type stream struct {
	e     *Engine
	out   *outlet
	open  []*fanout // not yet given back, in the order they are sent
	marks marks
	ahead chan *claim // gives what is being claimed; nil when nothing is
	sent  int
}

// claimAhead is how many recipients before the end of a batch the next one is claimed.
const claimAhead = 2 * reachLimit

// sendBatches sends the batch that an entry refers to, and those that come after it.
func (e *Engine) sendBatches(out *outlet, entry entry) {
	s := &stream{e: e, out: out}
	s.marks = marks{reach: 1, last: -1, begin: s.mark, inDoubt: s.inDoubt}
	s.begin(e.take(entry))
	for len(s.open) > 0 {
		out.run(s)
		s.end()
	}
}

// take claims the batch that an entry refers to. The reference has done its work once the batch is
// claimed, or is seen not to be there to claim.
func (e *Engine) take(entry entry) *claim {
	claim, err := e.claim(e.claiming, entry.ref)
	e.queue.ack(e.claiming, entry)
	e.ledger.set(err)
	return claim
}

// begin puts a claim's batch behind the others; nil is none.
func (s *stream) begin(c *claim) {
	if c == nil {
		return
	}
	s.open = append(s.open, newFanout(s.e, c, s.out.conn.Relay(), s.marks.last+1))
	s.marks.last += len(c.due)
}

// Next makes the next message of the first batch that has one.
func (s *stream) Next(ctx context.Context) (*mail.Message, bool) {
	s.giveBack(false)
	for i := 0; i < len(s.open); i++ {
		s.lookAhead() // there may be one more then
		if m, ok := s.open[i].Next(ctx); ok {
			return m, true
		}
		if !s.open[i].given() {
			return nil, false
		}
	}
	return nil, false
}

// lookAhead has the next batch claimed, and begins it once it is. Where domains take turns, it begins when the
// one before has ended, and with it the turns.
func (s *stream) lookAhead() {
	f := s.open[len(s.open)-1]
	if len(f.recipients)-f.next > claimAhead {
		return
	}
	if s.ahead == nil {
		select {
		case entry := <-s.e.batches:
			s.claim(entry)
		case entry := <-s.out.handed():
			s.claim(entry)
		default:
		}
		return
	}
	if f.turns != nil {
		return
	}
	select {
	case c := <-s.ahead:
		s.ahead = nil
		s.begin(c)
	default:
	}
}

func (s *stream) claim(entry entry) {
	ahead := make(chan *claim, 1)
	s.ahead = ahead
	s.e.loops.Go(func() { ahead <- s.e.take(entry) })
}

// of is the batch that a place belongs to.
func (s *stream) of(place int) *fanout {
	i := slices.IndexFunc(s.open, func(f *fanout) bool { return place < f.from+len(f.recipients) })
	return s.open[i]
}

// inDoubt says whether the recipient at a place may have got the message already.
func (s *stream) inDoubt(place int) bool {
	f := s.of(place)
	return f.recipients[place-f.from].inDoubt()
}

// mark begins to write the mark of the batch that a place belongs to, as far as another at most.
func (s *stream) mark(place, most int) (upTo int, written *commit) {
	f := s.of(place)
	upTo = min(most, f.from+len(f.recipients)-1)
	return upTo, s.e.commits.mark(f.claim, f.recipients[upTo-f.from].seq)
}

// Mark moves the batch's mark up to the message.
func (s *stream) Mark(m *mail.Message) mail.Mark {
	at := place(m)
	return s.of(at).mark(at, s.marks.of(at))
}

// Done writes down what became of the message.
func (s *stream) Done(m *mail.Message, o mail.Outcome) {
	at := place(m)
	if o.Class == mail.Sent {
		s.sent++
	}
	s.of(at).Done(at, m, o)
}

// giveBack settles the batches that are done, or all.
func (s *stream) giveBack(all bool) {
	s.open = slices.DeleteFunc(s.open, func(f *fanout) bool {
		if !all && !f.done() {
			return false
		}
		f.leaveNone()
		f.turns.endAll()
		s.e.rendering.set(f.failed)
		wait := time.Duration(0)
		if f.failed != nil {
			wait = s.e.settings.Reconcile
		}
		settle := func() { s.e.settle(f.claim, wait) }
		if f.given() {
			s.e.loops.Go(settle)
		} else {
			settle() // before more is claimed: it may be a reason to stop
		}
		return true
	})
}

// end gives back what a run over the connection has left, and begins what was claimed meanwhile if it can
// be sent.
func (s *stream) end() {
	gaveWay := slices.ContainsFunc(s.open, func(f *fanout) bool { return f.gaveWay })
	s.giveBack(true)
	if gaveWay {
		s.out.hangUp()
	}
	if s.sent > 0 {
		s.out.strikes = min(s.out.strikes, 1)
	}
	if s.ahead == nil {
		return
	}
	c := <-s.ahead
	s.ahead = nil
	if s.out.conn != nil || c == nil {
		s.begin(c)
		return
	}
	s.e.settle(c, 0)
}

// place is where in the stream a message's recipient is.
func place(m *mail.Message) int {
	at, _ := strconv.Atoi(m.ID)
	return at
}
