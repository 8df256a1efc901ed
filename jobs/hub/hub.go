// Package hub tells other servers, at its instant, what the newsrooms have published. It is the hub of
// WebSub (W3C Recommendation of 23 January 2018), whose only publisher is the server it belongs to;
// sections named in comments are that text's.
//
// # The way of a subscription
//
//  1. Ask. A subscriber's request is checked and written down. It changes nothing yet.
//  2. Verify. The callback is asked whether it meant it, and must echo a challenge. Only then is the
//     subscription made, renewed with its new lease and secret, or ended.
//  3. Expire. A lease always ends. Until then a subscriber that fails stays subscribed; one that
//     answers 410 is taken at its word.
//
// # The way of an update
//
//  1. Look. At each lift, when woken, and every few seconds, the edition of the site is asked for. In a
//     new one every topic is rendered and compared with what was last distributed.
//  2. Open. A topic whose content differs gets its next version in one guarded UPDATE, and in the same
//     transaction a ping for each subscription, so that whichever of several nodes looks, there is one.
//  3. Deliver. A worker claims a ping with a lease and POSTs what a GET of the topic gives at that
//     instant: content is never kept, so that a ping tried again after a withdrawal carries the notice.
//     Failures wait longer and longer. The next version supersedes what is still open of the last.
//
// SQL is the truth. The lane only wakes, and what is due is announced again every few seconds.
//
// # Strangers
//
// Anybody may have this server send a request to any address. So the addresses that names resolve to
// are checked as each connection is made, redirects are never followed, answers are not read beyond a
// few bytes, and there are limits by asker, by callback host and in all.
package hub

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"dateline/releases"
	"dateline/releases/vault"
)

// Errors that callers tell apart, beside input.Faults.
var (
	ErrTooMany = errors.New("too many requests")
	ErrFull    = errors.New("no room for more subscriptions")
)

// Document is what a GET of a topic gives.
type Document struct {
	Self string // absolute address: the topic's self link
	Type string // Content-Type, with its charset
	Body []byte
}

// Lane wakes workers. *jobs.Lane is one.
type Lane interface {
	Announce(refs ...string)
	AnnounceDue(ctx context.Context, refs []string)
	Post(ctx context.Context)
	Read(ctx context.Context, take func(ref string))
}

// Limiter bounds how often a stranger may do something. *auth.Store is one.
type Limiter interface {
	Allow(ctx context.Context, name string, limit int, window time.Duration) (bool, error)
}

// Public tells whether anything public has changed. *releases.Public is one.
type Public interface {
	Edition(ctx context.Context, now time.Time) (e releases.Edition, changed, next time.Time, err error)
	ByID(ctx context.Context, now time.Time, id string) (releases.Live, error)
}

// Deps is what the hub works with.
type Deps struct {
	DB     *sql.DB
	Public Public
	Lane   Lane
	Limits Limiter
	// Document is what a stranger's GET of a path with its query gives at now; releases.ErrNotFound when
	// that is no topic.
	Document func(ctx context.Context, now time.Time, target string) (Document, error)
	Now      func() time.Time // never ahead of what decides on lifts
	Keys     *vault.Keys      // subscribers' secrets are sealed with them
	Log      *slog.Logger
}

// Settings of the hub. Zero values mean the defaults written beside them.
type Settings struct {
	BaseURL     string        // without a slash at its end
	Worker      bool          // send, not only look
	Alone       bool          // no other process shares the database: leases from before the start are void
	Timeout     time.Duration // 10 s: for a whole exchange with a callback
	Look        time.Duration // 2 s: between looks that nothing asked for
	IndexNow    string        // where search engines are told of pages, and the key that proves it is us; "" tells nobody
	IndexNowKey string
	Internal    bool // callbacks may be in this network: for tests, whose subscribers are on this machine
}

// Hub takes subscriptions and distributes topics.
type Hub struct {
	deps       Deps
	settings   Settings
	client     *http.Client
	engines    *http.Client // for the address that the settings name: it may be anywhere
	crew       *crew
	renderings renderings
	looking    *trouble
	keeping    *trouble
	work       *trouble
	wake       chan struct{} // holds one hint

	claiming     context.Context // ends when Stop is called
	stopClaiming context.CancelFunc
	sending      context.Context // ends when what is in flight must be cut off
	cutOff       context.CancelFunc
	loops        sync.WaitGroup
	begin, end   sync.Once
}

// New starts nothing.
func New(d Deps, s Settings) *Hub {
	if s.Timeout == 0 {
		s.Timeout = 10 * time.Second
	}
	if s.Look == 0 {
		s.Look = 2 * time.Second
	}
	h := &Hub{deps: d, settings: s, client: newClient(s.Timeout, s.Internal), engines: newClient(s.Timeout, true), wake: make(chan struct{}, 1),
		looking: &trouble{log: d.Log, name: "hub, looking for changes"}, keeping: &trouble{log: d.Log, name: "hub, finding what is due"},
		work: &trouble{log: d.Log, name: "hub, subscriptions and pings"}}
	h.claiming, h.stopClaiming = context.WithCancel(context.Background())
	h.sending, h.cutOff = context.WithCancel(context.Background())
	h.crew = newCrew(h.claiming, h.do)
	return h
}

// Address is the hub's own.
func (h *Hub) Address() string { return h.settings.BaseURL + "/hub" }

// Start begins the background work. It returns at once; nothing it needs has to be reachable yet.
func (h *Hub) Start() {
	h.begin.Do(func() {
		h.loops.Go(func() { h.deps.Lane.Post(h.claiming) })
		h.loops.Go(func() { h.watch(h.claiming) })
		h.loops.Go(func() { h.reconcile(h.claiming) })
		if h.settings.Worker {
			h.loops.Go(func() { h.deps.Lane.Read(h.claiming, h.crew.take) })
		}
	})
}

// Stop stops claiming, lets what is in flight end, and returns when every goroutine has. It may be
// called twice, or before Start. When ctx ends first, what is in flight is cut off and sent again later.
func (h *Hub) Stop(ctx context.Context) {
	h.begin.Do(func() {}) // it never started, and won't
	h.end.Do(func() {
		defer h.cutOff()
		defer context.AfterFunc(ctx, h.cutOff)()
		h.stopClaiming()
		h.loops.Wait()
		h.crew.wait()
		h.client.CloseIdleConnections()
		h.engines.CloseIdleConnections()
	})
}

// Wake tells the hub that something public may have changed in this process.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// The references on the lane: what to do, the host it is done to, and its key.
const (
	refRequest = "request"
	refPing    = "ping"
	refNotices = "notices"
)

func ref(kind, host string, key ...string) string {
	return kind + "/" + host + "/" + strings.Join(key, "/")
}

// do does what a reference names, if that is still to be done.
func (h *Hub) do(reference string) {
	kind, rest, _ := strings.Cut(reference, "/")
	_, key, _ := strings.Cut(rest, "/")
	var err error
	switch kind {
	case refRequest:
		err = h.verify(h.sending, key)
	case refPing:
		err = h.deliver(h.sending, key)
	case refNotices:
		err = h.tellSearchEngines(h.sending)
	}
	h.work.set(err)
}

// transact runs do in a transaction.
func (h *Hub) transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := h.deps.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// newID is 128 bits that nobody can guess.
func newID() string { return strings.ToLower(rand.Text()) }

// millis is an instant as SQL holds it.
func millis(t time.Time) int64 { return t.UnixMilli() }
