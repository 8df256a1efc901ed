package jobs

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/jobs/mail"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

func inBubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// gang is two workers with a Redis that can be taken away.
type gang struct {
	mini    atomic.Pointer[miniredis.Miniredis]
	workers []*pace

	mu   sync.Mutex
	left []time.Time
}

func newGang(t *testing.T) *gang {
	g := &gang{}
	g.mini.Store(miniredis.NewMiniRedis())
	for i := range 2 {
		client := redis.NewClient(&redis.Options{
			Dialer: func(context.Context, string, string) (net.Conn, error) {
				if mini := g.mini.Load(); mini != nil {
					return mini.Dial()
				}
				return nil, io.ErrUnexpectedEOF
			},
			MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}, DisableIdentity: true, MaxRetries: -1,
		})
		t.Cleanup(func() { client.Close() })
		p := newPace(client, false)
		p.crew.Store(&crew{size: 2, place: i})
		g.workers = append(g.workers, p)
	}
	t.Cleanup(func() { g.away() })
	return g
}

func (g *gang) away() {
	if mini := g.mini.Swap(nil); mini != nil {
		mini.Close()
	}
}

// sent is when messages have left so far.
func (g *gang) sent() []time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.left)
}

// run has four connections of each worker send as fast as they may.
func (g *gang) run(ctx context.Context, r mail.Relay) {
	var all sync.WaitGroup
	for _, p := range g.workers {
		for range 4 {
			all.Go(func() {
				for p.leave(ctx, r, "a@example.org", false) == nil {
					g.mu.Lock()
					g.left = append(g.left, time.Now())
					g.mu.Unlock()
				}
			})
		}
	}
	all.Wait()
}

// most is the largest number of messages in any window, its end not included.
func most(left []time.Time, window time.Duration) (n int) {
	slices.SortFunc(left, time.Time.Compare)
	first := 0
	for i, at := range left {
		for at.Sub(left[first]) >= window {
			first++
		}
		n = max(n, i-first+1)
	}
	return n
}

func TestPace_NAWindowIsNeverOneMore_AcrossTwoWorkers(t *testing.T) {
	for name, r := range map[string]mail.Relay{
		"relay, 1 a second":       {Host: "x", Rate: mail.Rate{Messages: 1, Window: time.Second}},
		"relay, 8 a second":       {Host: "x", Rate: mail.Rate{Messages: 8, Window: time.Second}},
		"domain, 3 a second":      {Host: "x", DomainRate: mail.Rate{Messages: 3, Window: time.Second}},
		"domain and relay":        {Host: "x", DomainRate: mail.Rate{Messages: 3, Window: time.Second}, Rate: mail.Rate{Messages: 8, Window: time.Second}},
		"relay, 30 a minute":      {Host: "x", Rate: mail.Rate{Messages: 30, Window: time.Minute}},
		"fewer than workers, 1/m": {Host: "x", Rate: mail.Rate{Messages: 1, Window: time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				rate := r.DomainRate
				if rate.Messages == 0 {
					rate = r.Rate
				}
				g := newGang(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go g.run(ctx, r)
				phase := 4*rate.Window + 8*beat
				for _, change := range []func(){g.away, func() { g.mini.Store(miniredis.NewMiniRedis()) }, func() { g.mini.Load().FlushAll() }} {
					before := len(g.sent())
					time.Sleep(phase)
					if got, least := len(g.sent())-before, rate.Messages*2; got < least {
						t.Errorf("%d messages left in %v: not even %d", got, phase, least)
					}
					change()
				}
				time.Sleep(phase)
				cancel()
				synctest.Wait()
				left := g.sent()
				if got := most(left[:len(left)-1], rate.Window); got > rate.Messages {
					t.Errorf("%d messages in a window of %v, of %d in all", got, rate.Window, len(left))
				}
			})
		})
	}
}

func TestPace_AtFullRate_ComesCloseToWhatIsAllowed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		g := newGang(t)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		g.run(ctx, mail.Relay{Host: "x", Rate: mail.Rate{Messages: 20, Window: time.Second}})
		if n := len(g.left); n < 330 || n > 400 {
			t.Errorf("%d messages in 20 seconds at 20 a second", n)
		}
	})
}

func TestPace_ALetterGoesBeforeTheRelease(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		g := newGang(t)
		g.workers = g.workers[:1]
		r := mail.Relay{Host: "x", Rate: mail.Rate{Messages: 2, Window: time.Second}}
		ctx, cancel := context.WithCancel(t.Context())
		go g.run(ctx, r)
		time.Sleep(10 * time.Second)
		for range 5 {
			asked := time.Now()
			if err := g.workers[0].leave(ctx, r, "b@example.org", true); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(asked); took > time.Second {
				t.Errorf("it left after %v", took)
			}
		}
		cancel()
		synctest.Wait()
	})
}

func TestPace_WithoutALimit_AsksNobody(t *testing.T) {
	p := newPace(nil, false) // it would fail if it were asked
	if err := p.leave(t.Context(), mail.Relay{}, "a@example.org", false); err != nil || p.used.Load() {
		t.Errorf("%v, used: %v", err, p.used.Load())
	}
}
