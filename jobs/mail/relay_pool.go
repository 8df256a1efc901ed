package mail

import (
	"context"
	"crypto/x509"
	"sync/atomic"
	"time"
)

// How long a connection lives: relays close one that is idle or has had enough, and a new one finds a
// relay that has moved.
const (
	maxIdle     = 30 * time.Second
	maxLife     = 10 * time.Minute
	maxMessages = 2000
)

// relay keeps the connections to one relay: at most Connections of them, the idle ones among them.
type relay struct {
	Relay
	hello       string
	timeout     time.Duration
	authorities *x509.CertPool // nil: the system's

	places chan struct{} // one is held for each open connection
	idle   chan *conn
	closed atomic.Bool
	rest   *rest

	refused  atomic.Bool // there are refusals
	refusals refusals
}

func newRelay(r Relay, hello string, timeout time.Duration) *relay {
	return &relay{
		Relay: r, hello: hello, timeout: timeout,
		places: make(chan struct{}, r.Connections),
		idle:   make(chan *conn, r.Connections),
		rest:   &rest{bounds: bounds},
	}
}

// connect gives a connection that works, an idle one before a new one.
func (r *relay) connect(ctx context.Context) (*conn, error) {
	for {
		c, err := r.takeIdle(ctx)
		if err != nil {
			return nil, r.failure(err)
		}
		if c == nil {
			return r.dialInPlace(ctx)
		}
		if c.expires.Stop() && c.answers(ctx) {
			return c, nil
		}
		c.broken = true
		c.end()
	}
}

// takeIdle takes an idle connection or, with nil, a place for a new one.
func (r *relay) takeIdle(ctx context.Context) (*conn, error) {
	select {
	case c := <-r.idle:
		return c, nil
	default:
	}
	select {
	case c := <-r.idle:
		return c, nil
	case r.places <- struct{}{}:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *relay) dialInPlace(ctx context.Context) (*conn, error) {
	c, err := r.dial(ctx)
	if err != nil {
		<-r.places
		if ctx.Err() == nil {
			r.rest.failed(err)
		}
		return nil, err
	}
	return c, nil
}

// answers says whether a connection that was idle is still there. It leaves no transaction open.
func (c *conn) answers(ctx context.Context) bool {
	stop := context.AfterFunc(ctx, func() { c.raw.SetDeadline(time.Unix(1, 0)) })
	answer, err := c.ask(ctx, "RSET")
	c.open = false
	return stop() && err == nil && answer.code/100 == 2
}

// Close gives the connection back to be used again, or ends it when it has failed or lived long enough.
func (c *conn) Close() error {
	r := c.relay
	if c.broken || r.closed.Load() || c.worn() {
		c.end()
		return nil
	}
	c.expires = time.AfterFunc(maxIdle, c.quit)
	r.idle <- c
	if r.closed.Load() {
		r.close()
	}
	return nil
}

// Relay is the one that the connection leads to.
func (c *conn) Relay() Relay { return c.relay.Relay }

// worn says whether a connection has lived long enough.
func (c *conn) worn() bool { return c.sent >= maxMessages || time.Since(c.born) > maxLife }

// renew puts a new connection in the place of a worn one.
func (c *conn) renew(ctx context.Context) error {
	fresh, err := c.relay.dial(ctx)
	if err != nil {
		c.broken = true
		return err
	}
	c.quit()
	*c = *fresh
	return nil
}

// end closes a connection and gives up its place.
func (c *conn) end() {
	if c.broken {
		c.raw.Close()
	} else {
		c.quit()
	}
	<-c.relay.places
}

// quit takes leave without waiting for long.
func (c *conn) quit() {
	c.timeout, c.extended = min(c.timeout, time.Second), time.Time{}
	c.ask(context.Background(), "QUIT")
	c.raw.Close()
}

func (r *relay) close() {
	r.closed.Store(true)
	for {
		select {
		case c := <-r.idle:
			c.broken = !c.expires.Stop() // it may be saying QUIT just now
			c.end()
		default:
			return
		}
	}
}
