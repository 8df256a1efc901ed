package mail

import (
	"context"
	"time"
)

// SMTP is the Sender for relays, tried in order: the first that answers is used, and one that fails
// rests, longer each time, before it is tried again.
type SMTP struct{ relays []*relay }

// NewSMTP opens nothing yet. There is at least one relay; hello is the name said in EHLO; timeout bounds every read and write.
func NewSMTP(relays []Relay, hello string, timeout time.Duration) *SMTP {
	s := &SMTP{}
	for _, r := range relays {
		s.relays = append(s.relays, newRelay(r, hello, timeout))
	}
	return s
}

// Connect gives an idle connection of the first relay that answers, or dials one with go-mail (TLS,
// AUTH). It waits while that relay has as many open as it may, and while every relay rests.
func (s *SMTP) Connect(ctx context.Context) (Conn, error) {
	for {
		var last error
		for _, r := range s.relays {
			if r.rest.left() > 0 {
				continue
			}
			c, err := r.connect(ctx)
			if err == nil {
				return c, nil
			}
			if last = err; ctx.Err() != nil {
				break
			}
		}
		if last != nil {
			return nil, last
		}
		if err := s.waitRested(ctx); err != nil {
			return nil, err
		}
	}
}

// Rests are the relays that refuse us.
func (s *SMTP) Rests() (list []Rest) {
	for _, r := range s.relays {
		if rest, is := r.refusal(); is {
			list = append(list, rest)
		}
	}
	return list
}

// waitRested waits for the relay that has rested first.
func (s *SMTP) waitRested(ctx context.Context) error {
	shortest := s.relays[0].rest.left()
	for _, r := range s.relays[1:] {
		shortest = min(shortest, r.rest.left())
	}
	timer := time.NewTimer(shortest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return s.relays[0].failure(ctx.Err())
	}
}

// Check dials each relay until one answers, and says QUIT. It looks at no rest and takes no place.
func (s *SMTP) Check(ctx context.Context) error {
	var first error
	for _, r := range s.relays {
		c, err := r.dial(ctx)
		if err == nil {
			c.quit()
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// Close closes what is idle. A connection in use closes when it is given back.
func (s *SMTP) Close() error {
	for _, r := range s.relays {
		r.close()
	}
	return nil
}
