package jobs_test

import (
	"bytes"
	"context"
	"maps"
	"sync"
	"time"

	"dateline/jobs/mail"
)

// relay is a Sender that keeps who got what. Like the real one it asks for a message ahead.
type relay struct {
	mu     sync.Mutex
	got    map[string][]string // address to Message-IDs, of what was accepted
	at     map[string]time.Time
	tries  map[string][]time.Time
	raw    map[string]string
	from   map[string]string // return paths
	down   error
	pace   time.Duration
	answer func(to string, try int) (mail.Outcome, error) // nil accepts; an error loses the connection
	took   int
	runs   int // that gave a release's message

	settings mail.Relay  // its rates, and so on
	rests    []mail.Rest // what it says of itself
}

func newRelay() *relay {
	return &relay{got: map[string][]string{}, at: map[string]time.Time{}, tries: map[string][]time.Time{}, raw: map[string]string{}, from: map[string]string{}}
}

func (r *relay) set(change func(*relay)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r)
}

// received is who got which messages, without the newsroom, which is told of its dispatches.
func (r *relay) received() map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := map[string][]string{}
	for to, ids := range r.got {
		if to != press {
			got[to] = append([]string(nil), ids...)
		}
	}
	return got
}

// lastTo is the last message that an address got.
func (r *relay) lastTo(address string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.raw[address]
}

// returnPath is where a bounce of what an address got last would go.
func (r *relay) returnPath(address string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.from[address]
}

// times are when each address was last sent to, and every time that it was tried.
func (r *relay) times() (at map[string]time.Time, tries map[string][]time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.at), maps.Clone(r.tries)
}

// told is how many letters the newsroom got, and the last of them.
func (r *relay) told() (letters int, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.got[press]), r.raw[press]
}

func (r *relay) Connect(context.Context) (mail.Conn, error) {
	if err := r.Check(context.Background()); err != nil {
		return nil, err
	}
	return &relayConn{r}, nil
}

func (r *relay) Check(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.down
}

func (r *relay) Close() error { return nil }

func (r *relay) Rests() []mail.Rest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rests
}

type relayConn struct{ *relay }

func (c *relayConn) Run(ctx context.Context, work mail.Work) error {
	m, ok := work.Next(ctx)
	if !ok {
		return nil
	}
	c.mu.Lock()
	if m.To != press {
		c.runs++
	}
	c.mu.Unlock()
	mark := work.Mark(m)
	for ok {
		if err := mark.Wait(); err != nil {
			return err
		}
		ahead, more := work.Next(ctx)
		if more {
			mark = work.Mark(ahead)
		}
		o, err := c.take(ctx, m)
		work.Done(m, o)
		if err != nil {
			if more && mark.Wait() == nil {
				work.Done(ahead, mail.Outcome{Class: mail.Unbegun, Text: "connection lost"})
			}
			return err
		}
		m, ok = ahead, more
	}
	return nil
}

// take answers a message after its time.
func (c *relayConn) take(ctx context.Context, m *mail.Message) (mail.Outcome, error) {
	c.mu.Lock()
	pace := c.pace
	c.mu.Unlock()
	if pace > 0 {
		select {
		case <-time.After(pace):
		case <-ctx.Done():
			return mail.Outcome{Class: mail.CutOff, Text: "cut off"}, ctx.Err()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down != nil {
		return mail.Outcome{Class: mail.Temporary, Text: c.down.Error()}, c.down
	}
	c.tries[m.To] = append(c.tries[m.To], time.Now())
	o, err := mail.Outcome{Class: mail.Sent, Code: 250, Enhanced: "2.0.0", Text: "queued"}, error(nil)
	if c.answer != nil {
		o, err = c.answer(m.To, len(c.tries[m.To]))
	}
	if o.Class == mail.Sent || o.Class == mail.Unknown {
		_, id, _ := bytes.Cut(m.Data, []byte("\r\nMessage-ID: "))
		id, _, _ = bytes.Cut(id, []byte("\r\n"))
		c.got[m.To] = append(c.got[m.To], string(id))
		c.at[m.To] = time.Now()
		c.raw[m.To] = string(m.Data)
		c.from[m.To] = m.From
		c.took++
	}
	return o, err
}

func (c *relayConn) Relay() mail.Relay { return c.settings }

func (c *relayConn) Close() error { return nil }
