package jobs_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/database"
	"dateline/server/database/dbtest"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// press is the address of the house's newsroom.
const press = "press@example.org"

var paths = mail.NewReturnPaths([]byte("a secret of the tests"))

var officer = history.Actor{ID: "officer", Name: "anna@example.org"}

// each runs a test on both engines at once, with an in-process Redis, where time passes only when nothing
// else is left to do.
func each(t *testing.T, test func(h *house)) {
	for name, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "postgres": dbtest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				t.Cleanup(func() { time.Sleep(2 * time.Second) }) // go-redis sees within one that it was closed
				test(newHouse(t, open(t), inProcess(t)))
			})
		})
	}
}

// noNotifications keeps a client from looking up its server's name, which bubbles can't do at the same time.
var noNotifications = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}

// server is a Redis that can be taken away and emptied.
type server struct {
	*redis.Client
	mini atomic.Pointer[miniredis.Miniredis] // nil while it is away; the client dials from goroutines of its own
}

func inProcess(t testing.TB) *server {
	s := &server{}
	s.start()
	s.Client = redis.NewClient(&redis.Options{
		Dialer: func(context.Context, string, string) (net.Conn, error) {
			if mini := s.mini.Load(); mini != nil {
				return mini.Dial()
			}
			return nil, io.ErrUnexpectedEOF
		},
		MaintNotificationsConfig: noNotifications, DisableIdentity: true, MaxRetries: -1,
	})
	t.Cleanup(func() { s.Client.Close(); s.stop() })
	return s
}

// stop takes Redis away: whoever is connected loses it, and nobody connects.
func (s *server) stop() {
	if mini := s.mini.Swap(nil); mini != nil {
		mini.Close()
	}
}

// start brings it back, empty.
func (s *server) start() { s.mini.Store(miniredis.NewMiniRedis()) }

// house is an installation: a newsroom with its stores, a Redis, and the relay that takes its mail.
type house struct {
	t        testing.TB
	address  string
	db       *sql.DB
	redis    *server
	desk     *releases.Desk
	passes   *releases.Passes
	ledger   *jobs.Ledger
	links    *links
	relay    *relay
	newsroom releases.Newsroom
	people   int
}

func newHouse(t testing.TB, address string, server *server) *house {
	h := &house{t: t, address: address, redis: server, links: &links{}, relay: newRelay()}
	h.db = h.open()
	h.desk = releases.NewDesk(h.db, vault.New([]byte("a secret of the tests")), time.Now)
	h.passes = releases.NewPasses(h.desk, []byte("a secret of the tests"))
	h.ledger = jobs.NewLedger(h.db, time.Now)
	newsroom, err := h.desk.CreateNewsroom(t.Context(), officer, releases.NewsroomInput{
		Slug: "dalarna", Name: "Länsstyrelsen Dalarna", Language: "sv", Zone: "Europe/Stockholm",
		EmailFrom: "Länsstyrelsen Dalarna <" + press + ">", Topics: []string{"Natur", "Kultur"}, Approvals: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.newsroom = newsroom
	return h
}

// open opens the house's database once more, as another process would.
func (h *house) open() *sql.DB {
	h.t.Helper()
	db, err := database.Open(h.t.Context(), h.address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { db.Close() })
	return db
}

// engine starts an engine of this house, stopped when the test ends.
func (h *house) engine(change ...func(*jobs.Deps, *jobs.Settings)) *jobs.Engine {
	h.t.Helper()
	catalogues, err := words.Load()
	if err != nil {
		h.t.Fatal(err)
	}
	deps := jobs.Deps{
		DB: h.db, Redis: h.redis.Client, Sender: h.relay, Desk: h.desk, Passes: h.passes, Subscribers: h.links, Words: catalogues,
		ReturnPaths: paths, Log: slog.New(slog.DiscardHandler),
	}
	settings := jobs.Settings{
		BaseURL: "https://news.example.org", Worker: true, Alone: !database.IsPostgres(h.address),
		// Looking around in vain is most of what an engine does in hours that pass at once.
		Look: 15 * time.Second, Reconcile: 15 * time.Second,
	}
	for _, c := range change {
		c(&deps, &settings)
	}
	e := jobs.New(deps, settings)
	e.Start()
	h.t.Cleanup(func() { e.Stop(context.Background()) })
	return e
}

// subscribe adds n confirmed subscribers with addresses of their own.
func (h *house) subscribe(n int) (ids []string) {
	h.t.Helper()
	return h.subscribeAt("example.net", n)
}

// All go in by one statement: a test that waits for the database at each of a thousand waits longer than it tests.
func (h *house) subscribeAt(domain string, n int) (ids []string) {
	h.t.Helper()
	var rows []string
	for range n {
		h.people++
		id := fmt.Sprintf("%016x", uint64(h.people)*0x9e3779b97f4a7c15) // spread, as random ids are
		rows = append(rows, fmt.Sprintf("('%s', 'reader%d@%s')", id, h.people, domain))
		ids = append(ids, id)
	}
	if n > 0 {
		h.exec(`INSERT INTO subscribers (id, newsroom_id, email, email_key, name, outlet, language, frequency, state, consent,
			consent_from, confirmed_at, created_at, updated_at)
			SELECT column1, $1, column2, column2, 'Åsa', '', 'sv', 'immediate', 'confirmed', 'asked', '', $2, $2, $2
			FROM (VALUES `+strings.Join(rows, ", ")+`) AS people`, h.newsroom.ID, time.Now().UnixMilli())
	}
	return ids
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if _, err := h.db.Exec(query, args...); err != nil {
		h.t.Fatal(err)
	}
}

// scheduled is a release whose lift comes after a while.
func (h *house) scheduled(after time.Duration) releases.Release {
	h.t.Helper()
	saved, err := h.desk.Create(h.t.Context(), officer, h.newsroom.ID, releases.Draft{Text: releases.Text{
		Headline: "Öppet hus på torsdag", Lede: "Alla är välkomna.", Body: "Brödtext.", Topics: []string{"natur"},
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.desk.Approve(h.t.Context(), officer, saved.ID, saved.Version, ""); err != nil {
		h.t.Fatal(err)
	}
	h.move(saved.ID, after)
	return saved.Release
}

func (h *house) move(releaseID string, after time.Duration) {
	h.t.Helper()
	if _, err := h.desk.Schedule(h.t.Context(), officer, releaseID, liftIn(h.t, after), after < 0); err != nil {
		h.t.Fatal(err)
	}
}

func liftIn(t testing.TB, after time.Duration) releases.Lift {
	t.Helper()
	lift, err := releases.ParseLift(time.Now().Add(after).UTC().Format("2006-01-02T15:04:05.999Z"), "UTC")
	if err != nil {
		t.Fatal(err)
	}
	return lift
}

// dispatch is the release's only one that wasn't canceled. Its counts must add up, always.
func (h *house) dispatch(releaseID string) jobs.Dispatch {
	h.t.Helper()
	list, err := h.ledger.OfRelease(h.t.Context(), releaseID)
	if err != nil {
		h.t.Fatal(err)
	}
	var found []jobs.Dispatch
	for _, d := range list {
		if sum := d.Queued + d.Sending + d.Sent + d.Deferred + d.Failed + d.Excluded + d.Unknown; sum != d.Audience {
			h.t.Fatalf("the counts of %+v add up to %d", d, sum)
		}
		if d.State != jobs.Canceled {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		return jobs.Dispatch{}
	}
	if len(found) > 1 {
		h.t.Fatalf("the release has %d dispatches", len(found))
	}
	return found[0]
}

// done waits until the release's dispatch is done, at most for so long.
func (h *house) done(releaseID string, atMost time.Duration) jobs.Dispatch {
	h.t.Helper()
	return h.reach(releaseID, jobs.Done, atMost)
}

// reach waits until the release's dispatch is in a state. It looks often, for the counts to be checked
// in between; less so where it takes long.
func (h *house) reach(releaseID, state string, atMost time.Duration) jobs.Dispatch {
	h.t.Helper()
	for began := time.Now(); ; {
		d := h.dispatch(releaseID)
		if d.State == state {
			return d
		}
		waited := time.Since(began)
		if waited > atMost {
			h.t.Fatalf("after %v the dispatch is not %s: %+v", atMost, state, d)
		}
		<-time.After(max(200*time.Millisecond, waited/50))
	}
}

// wantEachOnce fails unless every one of so many people got exactly one mail.
func (h *house) wantEachOnce(people int) {
	h.t.Helper()
	got := h.relay.received()
	if len(got) != people {
		h.t.Errorf("%d people got mail; want %d", len(got), people)
	}
	for to, ids := range got {
		if len(ids) != 1 {
			h.t.Errorf("%s got %d mails", to, len(ids))
		}
	}
}

// links stands in for subscribers' tokens, and remembers who bounced.
type links struct {
	mu      sync.Mutex // many connections meet a bounce
	bounced []string
}

func (l *links) ConfirmToken(id string) string     { return "c-" + id }
func (l *links) UnsubscribeToken(id string) string { return "u-" + id }

func (l *links) Suppress(_ context.Context, _ history.Actor, email, newsroomID, reason, detail string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bounced = append(l.bounced, strings.Join([]string{email, reason, detail}, " "))
	return nil
}
