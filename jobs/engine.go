package jobs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/words"

	"github.com/redis/go-redis/v9"
)

// Settings of the engine. Zero values mean the defaults written beside them.
type Settings struct {
	BaseURL    string
	Worker     bool          // take batches and letters, not only time the lifts
	Alone      bool          // no other process shares the database: leases from before the start are void
	Workers    int           // 4: connections that send a release at once; letters take one from them when they must
	StageAhead time.Duration // 10 min before a lift the audience is frozen
	LateLimit  time.Duration // 12 h: mail later than this is held for an officer
	Lease      time.Duration // 15 s
	Look       time.Duration // 2 s: how often lifts are looked at without being woken, since another process may have set one
	Reconcile  time.Duration // 5 s: how often what was lost on the way is looked for
	Now        func() time.Time
}

// Deps is what the engine works with.
type Deps struct {
	DB          *sql.DB
	DatabaseNow func(context.Context) (time.Time, error) // the database's clock; nil when it is this machine's
	Redis       redis.UniversalClient
	Sender      mail.Sender
	Desk        Desk
	Subscribers Subscribers
	Passes      Passes
	Words       *words.Words
	ReturnPaths mail.ReturnPaths // where a relay has a domain for them
	Log         *slog.Logger
	Admins      func(context.Context) ([]string, error) // who is mailed when something is wrong; nil is nobody
	Unsynced    func() bool                             // whether nobody keeps this machine's clock right; nil is not known
	Lifted      func(late time.Duration)                // hears of every lift whose mail begins; may be nil
	Idle        func()                                  // hears that a dispatch is done and no other is on its way here; may be nil
}

// Desk is what the engine asks about releases. *releases.Desk is one.
type Desk interface {
	Newsroom(ctx context.Context, slugOrID string) (releases.Newsroom, error)
	Release(ctx context.Context, id string) (releases.Release, error)
	Versions(ctx context.Context, id string) ([]releases.Version, error)
	Corrections(ctx context.Context, id string) ([]releases.Correction, error)
}

// Subscribers makes the secrets of mailed links, and hears of addresses that bounce. *subscribers.Store
// is one.
type Subscribers interface {
	ConfirmToken(id string) string
	UnsubscribeToken(id string) string
	Suppress(ctx context.Context, who history.Actor, email, newsroomID, reason, detail string) error
}

// errStopped is what a write meets that comes after the engine has stopped.
var errStopped = errors.New("the engine has stopped")

// Engine opens and lifts dispatches, gathers audiences, and sends.
type Engine struct {
	deps      Deps
	settings  Settings
	id        string // of this engine, for its leases
	clock     *clock
	queue     *queue
	commits   *committer
	templates *templates
	relay     *condition
	ledger    *condition
	pace      *pace
	domains   domainRests
	rendering *condition
	wakeLifts chan struct{} // each holds one hint
	wakeDue   chan struct{}
	wakeHeld  chan struct{}
	giveWay   chan struct{} // and another: a letter waits for a connection
	batches   chan entry
	handing   chan entry // from a worker without a connection to one with
	letters   chan entry

	relayRests map[string]time.Time // as written down, with their ends; only the reconciler's
	opened     time.Time            // lifts until then have had their dispatch opened
	chunks     sync.Mutex           // held while a chunk of an audience is gathered: one at a time
	mu         sync.Mutex
	gathering  map[string]bool
	claims     map[*claim]bool

	claiming     context.Context // ends when Stop is called
	stopClaiming context.CancelFunc
	sending      context.Context // ends when what is in flight must be cut off
	cutOff       context.CancelFunc
	drained      chan struct{} // closed when nothing but the committer runs
	loops        sync.WaitGroup
	begin, end   sync.Once
}

// New checks nothing and starts nothing.
func New(deps Deps, settings Settings) *Engine {
	settings, deps = withDefaults(settings), withoutNil(deps)
	clock := &clock{node: settings.Now, database: deps.DatabaseNow}
	until := func() int64 { return millis(clock.now().Add(settings.Lease)) }
	e := &Engine{
		deps: deps, settings: settings,
		id:        newID(),
		clock:     clock,
		queue:     newQueue(deps.Redis, &condition{log: deps.Log, name: "redis"}),
		commits:   newCommitter(deps.DB, until, &condition{log: deps.Log, name: "ledger"}),
		pace:      newPace(deps.Redis, settings.Alone),
		templates: newTemplates(deps, settings.BaseURL),
		relay:     &condition{log: deps.Log, name: "relay"},
		ledger:    &condition{log: deps.Log, name: "database"},
		rendering: &condition{log: deps.Log, name: "release's text"},
		wakeLifts: make(chan struct{}, 1),
		wakeDue:   make(chan struct{}, 1),
		wakeHeld:  make(chan struct{}, 1),
		giveWay:   make(chan struct{}, 1),
		batches:   make(chan entry),
		handing:   make(chan entry),
		letters:   make(chan entry),
		gathering: map[string]bool{},
		claims:    map[*claim]bool{},
		drained:   make(chan struct{}),
	}
	e.claiming, e.stopClaiming = context.WithCancel(context.Background())
	e.sending, e.cutOff = context.WithCancel(context.Background())
	return e
}

func withoutNil(d Deps) Deps {
	if d.Admins == nil {
		d.Admins = func(context.Context) ([]string, error) { return nil, nil }
	}
	if d.Unsynced == nil {
		d.Unsynced = func() bool { return false }
	}
	if d.Lifted == nil {
		d.Lifted = func(time.Duration) {}
	}
	if d.Idle == nil {
		d.Idle = func() {}
	}
	return d
}

func withDefaults(s Settings) Settings {
	if s.Workers == 0 {
		s.Workers = 4
	}
	for at, otherwise := range map[*time.Duration]time.Duration{
		&s.StageAhead: 10 * time.Minute, &s.LateLimit: 12 * time.Hour, &s.Lease: 15 * time.Second,
		&s.Look: 2 * time.Second, &s.Reconcile: 5 * time.Second,
	} {
		if *at == 0 {
			*at = otherwise
		}
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return s
}

// Start begins the background work. It returns at once; nothing it needs has to be reachable yet.
func (e *Engine) Start() {
	e.begin.Do(func() {
		go e.commits.run(e.sending, e.drained)
		e.loops.Go(func() {
			if e.readClock(e.claiming) {
				e.startLoops()
			}
		})
	})
}

// readClock returns once it is known what time it is for the database; false when ctx ended first.
func (e *Engine) readClock(ctx context.Context) bool {
	for {
		err := e.clock.measure(ctx)
		if e.ledger.set(err); err == nil {
			return true
		}
		if !sleep(ctx, time.Second) {
			return false
		}
	}
}

func (e *Engine) startLoops() {
	e.loops.Go(func() { e.queue.post(e.claiming) })
	e.loops.Go(func() { e.watchLifts(e.claiming) })
	e.loops.Go(func() { e.reconcile(e.claiming) })
	if !e.settings.Worker {
		return
	}
	e.loops.Go(func() { e.keepLeases(e.claiming) })
	e.loops.Go(func() {
		(&reader{queue: e.queue, lane: laneLift, due: e.handed(dueBatches)}).read(e.claiming, e.batches)
	})
	e.loops.Go(func() {
		(&reader{queue: e.queue, lane: laneNow, due: e.handed(dueLetters)}).read(e.claiming, e.letters)
	})
	e.loops.Go(func() { e.work(&outlet{e: e, letters: true}, e.letters, e.sendLetter) })
	for range e.settings.Workers {
		e.loops.Go(func() { e.work(&outlet{e: e}, e.batches, e.sendBatches) })
	}
}

// Stop stops claiming, lets what is in flight end, and returns when every goroutine has. It may be
// called twice, or before Start. When ctx ends first, what is in flight is cut off, and in doubt where the relay may
// have taken it. It waits for a statement that has begun, however long that takes.
func (e *Engine) Stop(ctx context.Context) {
	e.begin.Do(func() { close(e.commits.ended) }) // it never started, and won't
	e.end.Do(func() {
		defer e.cutOff()
		e.stopClaiming() // first: what is cut off must not be claimed here again
		defer context.AfterFunc(ctx, e.cutOff)()
		e.loops.Wait()
		close(e.drained)
		<-e.commits.ended
	})
}

// Wake tells the engine that a lift was set, moved or cleared, or a dispatch paused, resumed or stopped,
// so that it looks again. It is a hint within this process: the engine also looks every few seconds.
func (e *Engine) Wake() {
	hint(e.wakeLifts)
	hint(e.wakeDue)
	hint(e.wakeHeld)
}

// hint leaves a hint where there is none yet.
func hint(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// newID is 128 bits that nobody can guess.
func newID() string { return strings.ToLower(rand.Text()) }
