package mail

import (
	"errors"
	"sync"
	"time"
)

// Rest is a relay that is left alone for a while because it refuses our mail.
type Rest struct {
	Relay        string  // its address
	Why          Outcome // the latest refusal
	Since, Until time.Time
}

// rest is how long a relay that fails is left alone: twice as long each time, until it takes a message.
type rest struct {
	bounds func(Outcome) (shortest, longest time.Duration)

	mu    sync.Mutex
	wait  time.Duration // of the last rest
	until time.Time
	since time.Time // of the first in a row; zero when it is well
	why   Outcome   // of one that refuses us, else the zero Outcome
}

// bounds are how long a relay rests, the first time and at most. One that can't be reached may be back
// at any moment. One that refuses us for now is not to be pressed; one that refuses us for good waits
// for a person to settle it.
func bounds(o Outcome) (shortest, longest time.Duration) {
	switch {
	case o.Class != Barred:
		return time.Second, 30 * time.Second
	case o.Code/100 == 4:
		return time.Second, 5 * time.Minute
	default:
		return time.Minute, 15 * time.Minute
	}
}

// left is how long it still rests; zero or less when it may be tried.
func (r *rest) left() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Until(r.until)
}

// failed begins a rest. Connections that fail together are one failure.
func (r *rest) failed(err error) {
	var failure *Failure
	var o Outcome
	if errors.As(err, &failure) {
		o = failure.Outcome
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if now.Before(r.until) {
		return
	}
	if r.since.IsZero() {
		r.since = now
	}
	shortest, longest := r.bounds(o)
	r.wait = min(max(2*r.wait, shortest), longest)
	r.until = now.Add(r.wait)
	if r.why = o; o.Class != Barred {
		r.why = Outcome{}
	}
}

// ran learns from what a connection did. One that delivered before it was lost, or closed with a 421,
// may be opened again at once: some relays close after so many messages.
func (r *rest) ran(delivered int, err error) {
	var failure *Failure
	barred := errors.As(err, &failure) && failure.Class == Barred && failure.Code != 421
	if delivered > 0 {
		r.mu.Lock()
		r.wait, r.since, r.why = 0, time.Time{}, Outcome{}
		r.mu.Unlock()
	}
	if err != nil && (delivered == 0 || barred) {
		r.failed(err)
	}
}

// refusal is what a relay said that refuses us, while it is left alone for it.
func (r *relay) refusal() (Rest, bool) {
	r.rest.mu.Lock()
	defer r.rest.mu.Unlock()
	is := r.rest.why.Class == Barred
	return Rest{Relay: r.Address(), Why: r.rest.why, Since: r.rest.since, Until: r.rest.until}, is
}

// domainsRefused is how many recipient domains must refuse us, with nothing taken in between, for it to
// be the relay that does: "relay access denied", or an address of ours on a list that everybody asks.
const domainsRefused = 3

// refusals are the domains that refused us since the relay last took a message.
type refusals struct {
	mu      sync.Mutex
	domains map[string]bool
}

// refusesAll counts a refusal, and says whether so many domains refused us that it is the relay's own.
func (r *relay) refusesAll(to string) bool {
	r.refusals.mu.Lock()
	defer r.refusals.mu.Unlock()
	if r.refusals.domains == nil {
		r.refusals.domains = map[string]bool{}
	}
	r.refusals.domains[Domain(to)] = true
	r.refused.Store(true)
	return len(r.refusals.domains) >= domainsRefused
}

// delivers forgets the refusals: the relay takes mail.
func (r *relay) delivers() {
	if !r.refused.Load() {
		return
	}
	r.refusals.mu.Lock()
	defer r.refusals.mu.Unlock()
	r.refusals.domains = nil
	r.refused.Store(false)
}
