package mail

import (
	"sync"
	"time"
)

// rest is how long a relay that fails is left alone: twice as long each time, until it takes a message.
type rest struct {
	shortest, longest time.Duration

	mu    sync.Mutex
	wait  time.Duration // of the last rest
	until time.Time
}

func newRest(shortest, longest time.Duration) *rest {
	return &rest{shortest: shortest, longest: longest}
}

// left is how long it still rests; zero or less when it may be tried.
func (r *rest) left() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Until(r.until)
}

// failed begins a rest. Connections that fail together are one failure.
func (r *rest) failed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if now.Before(r.until) {
		return
	}
	r.wait = min(max(2*r.wait, r.shortest), r.longest)
	r.until = now.Add(r.wait)
}

// ran learns from what a connection did. One that delivered before it ended may be opened again at once:
// some relays close after so many messages.
func (r *rest) ran(delivered int, err error) {
	switch {
	case delivered > 0:
		r.mu.Lock()
		r.wait = 0
		r.mu.Unlock()
	case err != nil:
		r.failed()
	}
}
