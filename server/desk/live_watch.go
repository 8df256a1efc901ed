package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"dateline/jobs"
	"dateline/releases"

	"github.com/gofiber/fiber/v2"
)

// Bounds of what is followed live. A page beyond them refreshes itself instead.
const (
	maxStreams  = 200             // in all
	maxOwn      = 12              // of one officer
	streamLife  = 5 * time.Minute // of one stream; the browser then asks for the next
	heartbeat   = 15 * time.Second
	healthEvery = 10 * time.Second
	rateOver    = 10 * time.Second
)

// source is what a page follows: a dispatch, or a release at its lift.
type source struct{ dispatch, release string }

// snapshot is a source as it stands, for every page that follows it.
type snapshot struct {
	release  releases.Release
	dispatch jobs.Dispatch // its ID is "" while there is none
	rests    []jobs.Rest
	health   jobs.Health
	asked    time.Time // when health was
	pace     pace
}

// over says that nothing will change any more by itself.
func (s snapshot) over() bool { return s.dispatch.ID != "" && ended(s.dispatch.State) }

// wait is how long nothing need be looked at: until the lift, when it is near.
func (s snapshot) wait(now time.Time) time.Duration {
	if until := s.release.LiftAt.Sub(now); until > 0 {
		return min(until+5*time.Millisecond, 2*time.Second)
	}
	return 500 * time.Millisecond
}

// watches lets any number of pages follow a source with one reader of the ledger.
type watches struct {
	look    func(context.Context, source, *snapshot) error
	now     func() time.Time
	closing context.Context
	close   context.CancelFunc

	mu      sync.Mutex
	by      map[source]*watch
	own     map[string]int // streams by officer
	streams int
}

// watch reads one source for as long as somebody follows it.
type watch struct {
	followers map[chan snapshot]bool
	last      snapshot
	seen      bool // that there is a last
	stop      context.CancelFunc
}

func newWatches(look func(context.Context, source, *snapshot) error, now func() time.Time) *watches {
	w := &watches{look: look, now: now, by: map[source]*watch{}, own: map[string]int{}}
	w.closing, w.close = context.WithCancel(context.Background())
	return w
}

// errTooMany says that as much is followed already as may be.
var errTooMany = fiber.ErrTooManyRequests

// follow gives each snapshot that differs in time, the newest only, until leave is called. The channel is
// closed when the source can't be read any more, or the desk closes.
func (w *watches) follow(of source, officer string) (snapshots <-chan snapshot, leave func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closing.Err() != nil || w.streams >= maxStreams || w.own[officer] >= maxOwn {
		return nil, nil, errTooMany
	}
	found := w.by[of]
	if found == nil {
		found = &watch{followers: map[chan snapshot]bool{}}
		var ctx context.Context
		ctx, found.stop = context.WithCancel(w.closing)
		w.by[of] = found
		go w.run(ctx, of, found)
	}
	mine := make(chan snapshot, 1)
	found.followers[mine] = true
	if found.seen {
		mine <- found.last
	}
	w.streams++
	w.own[officer]++
	return mine, sync.OnceFunc(func() { w.leave(of, found, mine, officer) }), nil
}

func (w *watches) leave(of source, from *watch, mine chan snapshot, officer string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streams--
	if w.own[officer]--; w.own[officer] == 0 {
		delete(w.own, officer)
	}
	delete(from.followers, mine)
	if len(from.followers) == 0 {
		w.end(of, from)
	}
}

// end forgets a watch; the next who follows its source begins another.
func (w *watches) end(of source, ended *watch) {
	ended.stop()
	if w.by[of] == ended {
		delete(w.by, of)
	}
	for follower := range ended.followers {
		close(follower)
	}
	clear(ended.followers)
}

// run looks again and again. After a few failures in a row it gives up: its pages then say themselves what
// is wrong.
func (w *watches) run(ctx context.Context, of source, found *watch) {
	var s snapshot
	var m meter
	for failures := 0; failures < 3 && ctx.Err() == nil; {
		if err := w.lookOnce(ctx, of, &s); err != nil {
			failures++
		} else {
			failures = 0
			s.pace = m.measure(s.dispatch, w.now())
			w.tell(found, s)
		}
		pause := time.NewTimer(s.wait(w.now()))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end(of, found)
}

func (w *watches) lookOnce(ctx context.Context, of source, s *snapshot) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return w.look(ctx, of, s)
}

// tell hands a snapshot to everyone; one that a follower hasn't taken yet is replaced.
func (w *watches) tell(found *watch, s snapshot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found.last, found.seen = s, true
	for follower := range found.followers {
		select {
		case <-follower:
		default:
		}
		follower <- s
	}
}

// latest is what a source was last seen as, while somebody follows it.
func (w *watches) latest(of source) (snapshot, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if found := w.by[of]; found != nil && found.seen {
		return found.last, true
	}
	return snapshot{}, false
}

// lookAt reads a source anew. How the machine is costs a connection to the relay, and is asked seldom.
func (d *Desk) lookAt(ctx context.Context, of source, s *snapshot) (err error) {
	if of.dispatch != "" {
		if s.dispatch, err = d.deps.Ledger.Dispatch(ctx, of.dispatch); err != nil {
			return err
		}
		of.release = s.dispatch.ReleaseID
	}
	if s.release, err = d.deps.Releases.Release(ctx, of.release); err != nil {
		return err
	}
	if of.dispatch == "" {
		all, err := d.deps.Ledger.OfRelease(ctx, of.release)
		if err != nil {
			return err
		}
		s.dispatch = jobs.Dispatch{}
		isLift := func(d jobs.Dispatch) bool { return d.Kind == "release" && d.State != jobs.Canceled }
		if at := slices.IndexFunc(all, isLift); at >= 0 {
			s.dispatch = all[at]
		}
	}
	now := d.deps.Now()
	if lifting := now.Sub(s.release.LiftAt).Abs() < healthEvery/2; !lifting && !s.over() && now.Sub(s.asked) >= healthEvery {
		s.health, s.asked = d.deps.Engine.Health(ctx), now
	}
	s.rests, err = d.deps.Ledger.RestsOf(ctx, s.dispatch)
	return err
}

// meter measures how fast a dispatch goes, over the last few seconds.
type meter struct{ seen []reading }

type reading struct {
	at      time.Time
	settled int
}

func (m *meter) measure(d jobs.Dispatch, now time.Time) pace {
	if d.State != jobs.Sending {
		m.seen = nil
		return pace{}
	}
	m.seen = append(m.seen, reading{now, settled(d)})
	for len(m.seen) > 2 && now.Sub(m.seen[1].at) >= rateOver {
		m.seen = m.seen[1:]
	}
	first := m.seen[0]
	spent := now.Sub(first.at)
	if spent < time.Second { // too short to tell
		return paceOf(d, now)
	}
	return paceFrom(settled(d)-first.settled, spent, d)
}
