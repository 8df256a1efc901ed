package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"dateline/jobs/mail"
	"dateline/releases/history"
)

// errUnmarked says that a message isn't sent because its mark couldn't be written: the lease has passed
// to another, or the database is away.
var errUnmarked = errors.New("not marked")

// fanout is a batch's part of a stream: it gives the messages and keeps the outcomes.
type fanout struct {
	e          *Engine
	claim      *claim
	relay      mail.Relay // that the connection leads to
	recipients []recipient
	from       int   // place of the first in the stream
	next       int   // recipient
	taken      int   // messages given and not done
	failed     error // why no more messages can be made
	spare      chan []byte

	marked map[int]bool // recipients that are on their way
	turns  *turns       // nil when nothing is limited by domain
	ended  bool         // the connection is of no more use
	sent   int

	gaveWay bool // a letter needs the connection

	refused int // for good
}

func newFanout(e *Engine, c *claim, relay mail.Relay, from int) *fanout {
	return &fanout{
		e: e, claim: c, relay: relay, recipients: c.due, from: from, spare: make(chan []byte, 4), marked: map[int]bool{},
		turns: newTurns(e.pace, relay, c.due),
	}
}

// given says that the connection was given every message that there is.
func (f *fanout) given() bool { return f.next == len(f.recipients) }

// done says that what became of each is written down, too.
func (f *fanout) done() bool { return f.given() && f.taken == 0 }

// Next makes the message of the next recipient who may be mailed.
func (f *fanout) Next(ctx context.Context) (*mail.Message, bool) {
	for f.next < len(f.recipients) && !f.givesWay() && !f.failing() && !f.claim.halted.Load() && !f.claim.lost.Load() && f.e.claiming.Err() == nil {
		at := f.next
		r := f.recipients[at]
		if why := f.unwanted(r); why != "" {
			f.next++
			f.write(r, f.leftOut(r, why), f.e.clock.now())
			continue
		}
		if rest, is := f.e.domains.of(r.email, f.e.clock.now()); is {
			f.next++
			f.putAside(r, rest)
			continue
		}
		if until := f.turns.next(r, f.e.clock.now()); !until.IsZero() {
			f.next++
			f.write(r, verdict{state: Deferred, tries: r.tries, reason: "paced", next: until}, f.e.clock.now())
			continue
		}
		template, err := f.e.templates.get(ctx, f.claim, r.lang)
		if err != nil {
			f.failed = err
			return nil, false
		}
		f.next++
		f.taken++
		m := template.message(f.buffer(), f.claim, r)
		m.ID, m.From = strconv.Itoa(f.from+at), f.returnPath(template, r)
		return m, true
	}
	return nil, false
}

// returnPath is where a bounce of the recipient's message goes.
func (f *fanout) returnPath(t *template, r recipient) string {
	if f.relay.Bounces == "" {
		return t.from
	}
	return f.e.deps.ReturnPaths.Of(f.relay.Bounces, f.claim.dispatch, r.seq)
}

// givesWay says whether the rest of the batch must wait for a letter.
func (f *fanout) givesWay() bool {
	select {
	case <-f.e.giveWay:
		f.gaveWay = true
	default:
	}
	return f.gaveWay
}

// unwanted says why a recipient must not be mailed, "" when nothing speaks against it.
func (f *fanout) unwanted(r recipient) string {
	switch {
	case f.claim.over != "":
		return f.claim.over
	case !r.wanted && f.claim.kind == OfAdvance:
		return "revoked"
	case !r.wanted:
		return "unsubscribed"
	}
	return ""
}

// leftOut is a verdict on one who isn't to be mailed any more. One in doubt isn't sent to again to find out, and is
// told when the release is withdrawn; holders of passes aren't, and may be sent their copy after all.
func (f *fanout) leftOut(r recipient, why string) verdict {
	v := verdict{state: Excluded, tries: r.tries, reason: why}
	if r.inDoubt() && f.claim.kind != OfAdvance {
		v.state = Unknown
	}
	return v
}

// mark is that of the message at a place of the stream.
func (f *fanout) mark(place int, written mail.Mark) mail.Mark {
	at := place - f.from
	f.marked[at] = true
	return &fanoutMark{Mark: written, fanout: f, at: at}
}

// fanoutMark counts only while the lease is held. Where mail is held to a rate, it is waited for when
// nothing else is on the wire, and ends when the message may leave: at once.
type fanoutMark struct {
	mail.Mark
	fanout *fanout
	at     int
}

func (m *fanoutMark) Durable() bool {
	return !limited(m.fanout.relay) && m.Mark.Durable() && !m.fanout.claim.lost.Load()
}

func (m *fanoutMark) Wait() error {
	f := m.fanout
	err := m.Mark.Wait()
	if err == nil && !f.ended {
		err = f.e.pace.leave(f.e.claiming, f.relay, f.recipients[m.at].email, false)
	}
	if err == nil && !f.claim.lost.Load() {
		return nil
	}
	delete(m.fanout.marked, m.at)
	return errors.Join(errUnmarked, err)
}

// Done writes down what became of the message. One that was never marked, or whose mark failed, was
// not sent and stays as it was.
func (f *fanout) Done(place int, m *mail.Message, o mail.Outcome) {
	at := place - f.from
	f.taken--
	was := f.marked[at]
	delete(f.marked, at)
	switch o.Class {
	case mail.Sent:
		f.sent++
	case mail.Permanent:
		f.refused++
	case mail.Temporary, mail.Unknown, mail.Barred:
		f.ended = f.ended || o.Code == 0 || o.Class == mail.Barred
	}
	f.keepBuffer(m.Data)
	if was && o.Class != mail.Unbegun {
		f.judge(f.recipients[at], o)
	}
}

func (f *fanout) judge(r recipient, o mail.Outcome) {
	now, v := f.e.clock.now(), judge(r.tries, o, f.relay.Retry)
	switch {
	case v.bounced:
		f.e.suppress(f.claim, r, v)
	case o.Class == mail.Sent:
		f.e.domainTook(r.email, now)
	case o.Class == mail.Policy:
		f.refusedByPolicy(r, v, now)
		return
	}
	f.write(r, v, now)
}

// putAside leaves a recipient to its domain's rest.
func (f *fanout) putAside(r recipient, rest Rest) {
	now := f.e.clock.now()
	f.write(r, waitsFor(r.tries, rest, f.claim.started, now, f.relay.Retry), now)
}

// refusedByPolicy lets the recipient's domain rest. The recipient waits twice as long as the others of the
// domain, so that one mailbox's own rule doesn't keep its colleagues waiting time and again.
func (f *fanout) refusedByPolicy(r recipient, v verdict, at time.Time) {
	rest := f.e.domainRefused(r.email, v, f.relay.Retry, at)
	rest.Code, rest.Reason = v.code, v.reason
	w := waitsFor(r.tries, rest, f.claim.started, at, f.relay.Retry)
	w.next = w.next.Add(rest.Until.Sub(at))
	f.write(r, w, at)
}

// leaveNone decides on what the connection said nothing about: it may have been sent.
func (f *fanout) leaveNone() {
	for at := range f.marked {
		f.judge(f.recipients[at], mail.Outcome{Class: mail.CutOff, Text: "interrupted"})
	}
}

// write hands an outcome to the ledger. It counts only under the lease it was reached under.
func (f *fanout) write(r recipient, v verdict, at time.Time) {
	o := outcome{claim: f.claim, first: r.seq, last: r.seq, verdict: v, at: millis(at)}
	switch {
	case !v.next.IsZero():
		o.next = millis(v.next)
	case v.wait > 0:
		o.next = millis(inStep(at.Add(jitter(v.wait)), v.wait/5))
	}
	f.e.commits.keep(o)
}

// suppress tells subscribers that an address bounced. What it fails to hear it hears at the next bounce.
func (e *Engine) suppress(c *claim, r recipient, v verdict) {
	err := e.deps.Subscribers.Suppress(e.sending, history.System, r.email, c.newsroom, "bounce", v.code+" "+v.reason)
	if err != nil {
		e.deps.Log.Error("suppress a bounced address", "subscriber", r.subscriber, "error", err)
	}
}

func (f *fanout) buffer() []byte {
	select {
	case b := <-f.spare:
		return b[:0]
	default:
		return nil
	}
}

func (f *fanout) keepBuffer(b []byte) {
	select {
	case f.spare <- b:
	default:
	}
}

// jitter spreads a wait by a tenth to either side, so that what was refused together doesn't come
// back together.
func jitter(d time.Duration) time.Duration { return d - d/10 + rand.N(d/5+1) }

// inStep puts an instant off to the end of its step, of which a spread has ten: those of a batch who are
// due together take one claim. Each at an instant of its own would take one for every mail.
func inStep(at time.Time, spread time.Duration) time.Time {
	step := spread / 10
	return at.Truncate(step).Add(step)
}
