package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"dateline/jobs/mail"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// pace lets mail out no faster than relays and recipient domains take it, for all workers together. Messages
// are let out one by one, evenly: a burst at the start of a window would stand beside the end of the one
// before. Redis counts (redis_rate's GCRA with a burst of one); while it is away each worker keeps to its
// share.
type pace struct {
	redis redis.UniversalClient // nil when there is no other worker to count with
	rates *redis_rate.Limiter
	crew  atomic.Pointer[crew]
	used  atomic.Bool // a limit was asked for: the workers must know of each other

	mu    sync.Mutex
	gates map[string]*gate
	lines map[string]*line
}

// crew is how many workers there are, and which of them this one is, from 0.
type crew struct{ size, place int }

func newPace(client redis.UniversalClient, alone bool) *pace {
	p := &pace{gates: map[string]*gate{}, lines: map[string]*line{}}
	if alone {
		p.crew.Store(&crew{size: 1})
	} else {
		p.redis, p.rates = client, redis_rate.NewLimiter(client)
	}
	return p
}

// gate is one limit, in this process.
type gate struct {
	turn   chan struct{} // held by the one who waits for the next message; letters don't queue
	urgent atomic.Int32  // letters that wait: they go first

	asking chan struct{} // held while Redis is asked, and for what follows
	free   time.Time     // not before; what this process has let out counts whatever Redis has forgotten
	alone  bool          // Redis is away
}

func (p *pace) gate(key string) *gate {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.gates[key]
	if g == nil {
		g = &gate{turn: make(chan struct{}, 1), asking: make(chan struct{}, 1)}
		p.gates[key] = g
	}
	return g
}

// limited says whether a relay's mail is held to anything.
func limited(r mail.Relay) bool { return r.Rate.Messages > 0 || r.DomainRate.Messages > 0 }

// leave waits until a message may leave for a recipient by a relay. It returns just before it does.
func (p *pace) leave(ctx context.Context, r mail.Relay, email string, urgent bool) error {
	if !limited(r) {
		return nil
	}
	p.used.Store(true)
	for {
		if r.Rate.Messages > 0 {
			if err := p.pass(ctx, "relay:"+r.Address(), r.Rate, urgent); err != nil {
				return err
			}
		}
		if r.DomainRate.Messages == 0 {
			return nil
		}
		// The relay's turn is given up while the domain's is waited for: it would be stale by then.
		key := "domain:" + mail.Domain(email)
		wait := p.ask(ctx, p.gate(key), key, r.DomainRate)
		if wait <= 0 {
			return nil
		}
		if !sleep(ctx, wait) {
			return ctx.Err()
		}
	}
}

// pass waits for one turn of a limit. In a process one asks at a time.
func (p *pace) pass(ctx context.Context, key string, rate mail.Rate, urgent bool) error {
	g := p.gate(key)
	if urgent {
		g.urgent.Add(1)
		defer g.urgent.Add(-1)
	} else {
		select {
		case g.turn <- struct{}{}:
			defer func() { <-g.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		wait := min(rate.Step(), 50*time.Millisecond)
		if urgent || g.urgent.Load() == 0 {
			if wait = p.ask(ctx, g, key, rate); wait <= 0 {
				return nil
			}
		}
		if !sleep(ctx, wait) {
			return ctx.Err()
		}
	}
}

// ask takes a turn, with 0, or says when to ask again.
func (p *pace) ask(ctx context.Context, g *gate, key string, rate mail.Rate) time.Duration {
	g.asking <- struct{}{}
	defer func() { <-g.asking }()
	now := time.Now()
	if wait := g.free.Sub(now); wait > 0 {
		return wait
	}
	if p.redis == nil {
		g.free = now.Add(rate.Step())
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	key = "dateline:" + key
	young, err := p.young(ctx, key, rate.Period(), now)
	if err == nil && young > 0 {
		return young
	}
	var answer *redis_rate.Result
	if err == nil {
		answer, err = p.rates.Allow(ctx, key, redis_rate.Limit{Rate: rate.Messages, Burst: 1, Period: rate.Period()})
	}
	now = time.Now() // the message leaves now: Redis may have taken its time, or failed slowly
	switch {
	case err != nil:
		return g.share(now, rate, p.crew.Load())
	case g.alone:
		// Redis knows nothing of what the workers let out without it.
		g.alone, g.free = false, now.Add(rate.Period())
		return rate.Period()
	case answer.Allowed == 0:
		return max(answer.RetryAfter, time.Millisecond)
	}
	g.free = now.Add(rate.Step())
	return 0
}

// young is how long a limit still waits that Redis began to count less than a window ago: it has
// forgotten what left before, if it ever knew.
func (p *pace) young(ctx context.Context, key string, period time.Duration, now time.Time) (time.Duration, error) {
	key += ":since"
	var since *redis.StringCmd
	_, err := p.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.SetNX(ctx, key, now.UnixMilli(), 0)
		since = pipe.Get(ctx, key)
		return nil
	})
	if err != nil {
		return 0, err
	}
	began, err := since.Int64()
	return time.UnixMilli(began).Add(period).Sub(now), err
}

// redisPatience is how long Redis may take to answer before it counts as away.
const redisPatience = 250 * time.Millisecond

// share lets this worker's part of the messages out, which together are never more than the limit. It
// begins once a window has passed and every worker has been seen; with more workers than messages in a
// window, only the first send.
func (g *gate) share(now time.Time, rate mail.Rate, c *crew) time.Duration {
	if !g.alone {
		g.alone, g.free = true, now.Add(rate.Period()+2*beat)
		return g.free.Sub(now)
	}
	own := 0
	switch {
	case c == nil:
	case rate.Messages >= c.size:
		own = rate.Messages / c.size
	case c.place < rate.Messages:
		own = 1
	}
	if own == 0 {
		return beat
	}
	g.free = now.Add(rate.Period() / time.Duration(own))
	return 0
}
