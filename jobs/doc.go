// Package jobs is what happens by itself: at the lift of a release the mail to everyone who asked for
// it, and the single letters in between.
//
// The way of a message
//
//  1. Stage. Some minutes before a lift the stager freezes the audience: INSERT ... SELECT from
//     subscribers into deliveries, chunk by chunk in the order of subscriber ids, and a batch row for
//     every 500. The dispatch is then "staged". A lift moved or cleared meanwhile cancels the dispatch.
//  2. Lift. The timer sleeps until the next lift_at, by the later of the node's clock and the
//     database's. One guarded UPDATE per release makes its dispatch "sending", fixes the version that
//     is mailed, makes its batches "ready", and their references go to the Redis stream "lift". The
//     reconciler looks every few seconds for whatever the timer or Redis has lost.
//  3. Claim. A worker takes a reference from Redis and claims the batch in SQL with a lease. Redis
//     only wakes; a reference that is lost or comes twice does no harm.
//  4. Send. The worker reads the batch's recipients with the state that their subscriptions have now,
//     excludes whoever has left, marks each delivery "sending" before its DATA and writes what became
//     of it after.
//  5. Account. A batch with nothing left open is done; a dispatch is done when all its batches are:
//     sent + failed + excluded + unknown = audience.
//
// After kill -9 the deliveries still marked "sending" are in doubt. Whoever takes over the lease sends
// them once more with the same Message-ID and counts them as unknown_retried; in doubt a second time
// they end as "unknown".
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/words"
	"dateline/subscribers"

	"github.com/redis/go-redis/v9"
)

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
)

// Dispatch is one mailing and where its deliveries stand. The eight counts always add up:
// Queued+Sending+Sent+Deferred+Failed+Excluded+Unknown = Audience, once it is staged.
type Dispatch struct {
	ID, NewsroomID, ReleaseID string
	Kind                      string // "release"
	State                     string // staging, staged, sending, paused, held, done, canceled
	Version                   int
	Audience                  int
	Queued, Sending, Sent     int
	Deferred, Failed          int
	Excluded, Unknown         int
	UnknownRetried            int // of those sent or unknown, how many were in doubt once
	CreatedAt                 time.Time
	StartedAt                 time.Time // zero until it is
	FirstSentAt, LastSentAt   time.Time
	DoneAt                    time.Time
}

// Delivery is one recipient of a dispatch and what became of it.
type Delivery struct {
	DispatchID   string
	Seq          int
	SubscriberID string
	Email, Name  string
	Language     string
	State        string
	Retried      bool
	Attempts     int
	Code, Reason string
	NextAt       time.Time
	UpdatedAt    time.Time
}

// Ledger reads and steers dispatches; the desk and the API use it.
type Ledger struct {
	db  *sql.DB
	now func() time.Time
}

// NewLedger works on db.
func NewLedger(db *sql.DB, now func() time.Time) *Ledger { return &Ledger{db: db, now: now} }

// Dispatch finds one by id, with its counts.
func (l *Ledger) Dispatch(ctx context.Context, id string) (Dispatch, error) { panic("unwritten") }

// OfRelease lists the dispatches of a release, newest first.
func (l *Ledger) OfRelease(ctx context.Context, releaseID string) ([]Dispatch, error) {
	panic("unwritten")
}

// Recent lists the newest dispatches of a newsroom ("" for all).
func (l *Ledger) Recent(ctx context.Context, newsroomID string, limit int) ([]Dispatch, error) {
	panic("unwritten")
}

// DeliveryFilter narrows a list of deliveries.
type DeliveryFilter struct {
	DispatchID string
	State      string
	Email      string // exact, any case
	After      string
	Limit      int // 1 to 500; 0 means 50
}

// Deliveries lists by place in the audience, with the cursor of the next page ("" at the end).
func (l *Ledger) Deliveries(ctx context.Context, f DeliveryFilter) (items []Delivery, next string, err error) {
	panic("unwritten")
}

// Pause stops claiming; what is in flight ends. ErrConflict unless sending.
func (l *Ledger) Pause(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	panic("unwritten")
}

// Resume goes on with a paused dispatch, or lets a held one go.
func (l *Ledger) Resume(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	panic("unwritten")
}

// RetryFailed queues the failed deliveries of a dispatch again.
func (l *Ledger) RetryFailed(ctx context.Context, who history.Actor, id string) (Dispatch, error) {
	panic("unwritten")
}

// Letter is a single mail outside a dispatch.
type Letter struct {
	NewsroomID string
	Kind       string // "confirm", "already_subscribed"
	Recipient  string
	Language   string
	Data       map[string]string // ids only; links and tokens are made when it is sent
}

// Post writes a letter down and wakes a worker; it goes by the lane "now", past any fan-out. It
// returns once the letter is in SQL, with Redis reachable or not.
func (e *Engine) Post(ctx context.Context, l Letter) error { panic("unwritten") }

// Settings of the engine. Zero values mean the defaults written beside them.
type Settings struct {
	BaseURL    string
	Worker     bool          // take batches and letters, not only time the lifts
	Workers    int           // 4: connections that send at once
	StageAhead time.Duration // 10 min before a lift the audience is frozen
	LateLimit  time.Duration // 12 h: mail later than this is held for an officer
	Lease      time.Duration // 15 s
	Reconcile  time.Duration // 5 s
	Now        func() time.Time
}

// Deps is what the engine works with.
type Deps struct {
	DB          *sql.DB
	Redis       redis.UniversalClient
	Sender      mail.Sender
	Desk        *releases.Desk
	Subscribers *subscribers.Store
	Words       *words.Words
	Log         *slog.Logger
}

// Engine runs the stager, the timer, the reconciler and the workers.
type Engine struct {
	deps     Deps
	settings Settings
}

// New checks nothing and starts nothing.
func New(deps Deps, settings Settings) *Engine { return &Engine{deps: deps, settings: settings} }

// Start begins the background work. It returns at once; nothing it needs has to be reachable yet.
func (e *Engine) Start() { panic("unwritten") }

// Stop stops claiming, lets what is in flight end, and returns when every goroutine has. It may be
// called twice, or before Start. When ctx ends first, what is in flight is cut off and left in doubt.
func (e *Engine) Stop(ctx context.Context) { panic("unwritten") }

// Wake tells the engine that a lift was set, moved or cleared, so that the timer looks again. It is a
// hint within this process: the timer also looks every few seconds.
func (e *Engine) Wake() { panic("unwritten") }

// Health is what /readyz and the desk show. An empty Problem means that all is well.
type Health struct {
	Redis, Relay error // why it can't be reached, if it can't
	Database     error
	Skew         time.Duration // node's clock less the database's
	Overdue      int           // lifts whose mail should have started over 10 s ago
}

// Health asks Redis, the relay and the database, each within a second.
func (e *Engine) Health(ctx context.Context) Health { panic("unwritten") }
