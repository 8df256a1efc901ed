package jobs

import (
	"math/rand/v2"
	"time"

	"dateline/jobs/mail"
)

// line is a recipient domain in this process, where relays limit how much of one goes at once. A large
// domain doesn't hold up the others: its recipients in a batch are put off together until their turn,
// and a turn is about a second's worth of messages.
type line struct {
	tail  time.Time // when the turns that were given out end
	taken int       // connections that have a turn now
}

// turnsAtOnce is how many connections may take turns of a domain with a rate: one sends while the next
// gets ready.
const turnsAtOnce = 2

// turn asks for a turn for some recipients of a domain on a connection that has none of it. It tells for
// how many the answer holds, and until when they are put off; zero is not at all. reserved are those that
// were put off until now.
func (p *pace) turn(domain string, r mail.Relay, recipients int, reserved bool, now time.Time) (n int, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lines[domain]
	if l == nil {
		l = &line{}
		p.lines[domain] = l
	}
	if r.DomainConnections > 0 && l.taken >= r.DomainConnections {
		return recipients, now.Add(time.Second + rand.N(time.Second))
	}
	if r.DomainRate.Messages == 0 {
		l.taken++
		return recipients, time.Time{}
	}
	step := r.DomainRate.Step()
	n = min(recipients, max(1, int(time.Second/step)))
	begin := now
	if l.tail.After(now) {
		begin = l.tail
	}
	wait := begin.Sub(now) > step || l.taken >= turnsAtOnce
	if reserved {
		wait = l.taken >= turnsAtOnce
	}
	if wait || !reserved {
		step *= time.Duration(p.workers())
		l.tail = begin.Add(time.Duration(n) * step)
	}
	if wait {
		return n, begin
	}
	l.taken++
	return n, time.Time{}
}

// done gives a connection's turn back.
func (p *pace) done(domain string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines[domain].taken--
	if l := p.lines[domain]; l.taken == 0 && l.tail.Before(time.Now()) {
		delete(p.lines, domain)
	}
}

func (p *pace) workers() int {
	if c := p.crew.Load(); c != nil {
		return c.size
	}
	return 1
}

// turns are those that a connection has in a batch.
type turns struct {
	pace   *pace
	relay  mail.Relay
	left   map[string]int       // recipients of the batch that are still to come, by domain
	budget map[string]int       // for how many the latest answer holds
	until  map[string]time.Time // and what it was; zero is that they go
	held   map[string]bool
}

// newTurns is nil where nothing is limited by domain.
func newTurns(p *pace, r mail.Relay, recipients []recipient) *turns {
	if r.DomainConnections == 0 && r.DomainRate.Messages == 0 {
		return nil
	}
	t := &turns{pace: p, relay: r, left: map[string]int{}, budget: map[string]int{}, until: map[string]time.Time{}, held: map[string]bool{}}
	for _, r := range recipients {
		t.left[mail.Domain(r.email)]++
	}
	return t
}

// next says until when the next recipient is put off; zero is not at all.
func (t *turns) next(r recipient, now time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	domain := mail.Domain(r.email)
	if t.budget[domain] == 0 {
		t.end(domain)
		t.budget[domain], t.until[domain] = t.pace.turn(domain, t.relay, t.left[domain], r.deferred, now)
		t.held[domain] = t.until[domain].IsZero()
	}
	t.budget[domain]--
	t.left[domain]--
	return t.until[domain]
}

func (t *turns) end(domain string) {
	if t.held[domain] {
		t.pace.done(domain)
		t.held[domain] = false
	}
}

// endAll gives back what the connection still has.
func (t *turns) endAll() {
	if t == nil {
		return
	}
	for domain := range t.held {
		t.end(domain)
	}
}
