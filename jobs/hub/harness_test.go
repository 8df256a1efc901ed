package hub_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/hub"
	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/server/auth"
	"dateline/server/database/dbtest"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

const (
	base     = "https://press.example"
	topic    = base + "/dalarna/feed.atom"
	patience = 20 * time.Second // bounds every wait; a healthy run needs a fraction of it
)

var officer = history.Actor{ID: "officer", Name: "anna@example.org"}

// house is an installation with a newsroom and a hub, whose clock the test moves.
type house struct {
	t        *testing.T
	db       *sql.DB
	redis    *redis.Client
	mini     *miniredis.Miniredis
	desk     *releases.Desk
	public   *releases.Public
	newsroom releases.Newsroom
	hub      *hub.Hub

	mu  sync.Mutex
	at  time.Time
	log strings.Builder
}

// each runs a test on both engines.
func each(t *testing.T, test func(h *house)) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) { test(newHouse(t, db)) })
}

func newHouse(t *testing.T, db *sql.DB) *house {
	h := &house{t: t, db: db, mini: miniredis.RunT(t), at: time.Date(2036, 10, 18, 4, 0, 0, 0, time.UTC)}
	h.redis = redis.NewClient(&redis.Options{Addr: h.mini.Addr(), DisableIdentity: true})
	t.Cleanup(func() { h.redis.Close() })
	keys := vault.New([]byte("a secret of the tests"))
	h.desk, h.public = releases.NewDesk(db, keys, h.now), releases.NewPublic(db, keys)
	h.newsroom = must(h.desk.CreateNewsroom(t.Context(), officer, releases.NewsroomInput{
		Slug: "dalarna", Name: "Länsstyrelsen Dalarna", Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@example.org", Approvals: 1,
	}))(t)
	h.hub = h.start()
	return h
}

// start starts a hub of this house, as one more node would, stopped when the test ends.
func (h *house) start(change ...func(*hub.Deps, *hub.Settings)) *hub.Hub {
	deps := hub.Deps{
		DB: h.db, Public: h.public, Lane: jobs.NewSlowLane(h.redis, slog.New(slog.DiscardHandler)), Limits: auth.New(h.db, h.now),
		Document: h.document, Now: h.now, Keys: vault.New([]byte("a secret of the tests")),
		Log: slog.New(slog.NewTextHandler(h, nil)),
	}
	settings := hub.Settings{BaseURL: base, Worker: true, Internal: true, Timeout: 2 * time.Second, Look: 20 * time.Millisecond}
	for _, c := range change {
		c(&deps, &settings)
	}
	started := hub.New(deps, settings)
	started.Start()
	h.t.Cleanup(func() {
		h.redis.Close() // nobody waits for its next second
		started.Stop(context.Background())
	})
	return started
}

// document renders topics as the public side does, in short: what is live, by headline.
func (h *house) document(ctx context.Context, now time.Time, target string) (hub.Document, error) {
	path, query, _ := strings.Cut(target, "?")
	kinds := map[string]string{"/dalarna/feed.atom": "application/atom+xml; charset=utf-8", "/dalarna/feed.json": "application/feed+json; charset=utf-8"}
	kind, ok := kinds[path]
	if _, err := h.public.Newsroom(ctx, "dalarna"); err != nil || !ok {
		return hub.Document{}, releases.ErrNotFound
	}
	items, err := h.public.List(ctx, now, releases.Filter{NewsroomID: h.newsroom.ID})
	var body strings.Builder
	fmt.Fprintf(&body, "<feed name=%q query=%q>", path, query)
	for _, l := range items {
		fmt.Fprintf(&body, "<entry>%s, updated %d</entry>", l.Text.Headline, l.UpdatedAt.UnixMilli())
	}
	body.WriteString("</feed>å")
	return hub.Document{Self: base + target, Type: kind, Body: []byte(body.String())}, err
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

// pass moves the clock on.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	h.at = h.at.Add(d)
	h.mu.Unlock()
}

// Write is where the hub's log goes.
func (h *house) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

func (h *house) logged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

// schedule is a release that lifts in so long; publish one that is live at once.
func (h *house) schedule(headline string, in time.Duration) releases.Release {
	h.t.Helper()
	ctx := h.t.Context()
	r := must(h.desk.Create(ctx, officer, h.newsroom.ID, releases.Draft{Text: releases.Text{Headline: headline, Body: "Brödtext."}}))(h.t).Release
	must(h.desk.Approve(ctx, officer, r.ID, r.Version, ""))(h.t)
	lift := must(releases.ParseLift(h.now().Add(in).UTC().Format(time.RFC3339Nano), ""))(h.t)
	return must(h.desk.Schedule(ctx, officer, r.ID, lift, false))(h.t)
}

func (h *house) publish(headline string) releases.Release {
	h.t.Helper()
	r := h.schedule(headline, time.Hour)
	r = must(h.desk.Publish(h.t.Context(), officer, r.ID))(h.t)
	h.hub.Wake()
	return r
}

// ask sends a request from an address of the tests' own.
func (h *house) ask(mode string, s *subscriber, more ...func(*hub.Request)) error {
	r := hub.Request{Mode: mode, Topic: topic, Callback: s.callback()}
	for _, m := range more {
		m(&r)
	}
	return h.hub.Ask(h.t.Context(), "192.0.2.1", r)
}

// subscribed has a subscriber subscribe, and returns once it is.
func (h *house) subscribed(more ...func(*hub.Request)) *subscriber {
	h.t.Helper()
	s := newSubscriber(h.t)
	h.subscribe(s, more...)
	return s
}

func (h *house) subscribe(s *subscriber, more ...func(*hub.Request)) {
	h.t.Helper()
	if err := h.ask("subscribe", s, more...); err != nil {
		h.t.Fatal(err)
	}
	h.settled()
	if h.count(`SELECT COUNT(*) FROM hub_subscriptions WHERE callback LIKE $1`, s.URL+"%") == 0 {
		h.t.Fatalf("it is not subscribed: %s", h.logged())
	}
}

// settled waits until every request is verified or forgotten.
func (h *house) settled() {
	h.t.Helper()
	h.eventually("requests are settled", func() bool { return h.count(`SELECT COUNT(*) FROM hub_requests`) == 0 })
}

func (h *house) count(query string, args ...any) (n int) {
	h.t.Helper()
	if err := h.db.QueryRow(query, args...).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if _, err := h.db.Exec(query, args...); err != nil {
		h.t.Fatal(err)
	}
}

// change changes something public behind the desk's back, as another process would.
func (h *house) change(query string, args ...any) {
	h.t.Helper()
	h.exec(query, args...)
	h.exec(`UPDATE public_changes SET changes = changes + 1, changed_at = $1`, h.now().UnixMilli())
}

func (h *house) eventually(what string, so func() bool) {
	h.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(patience); !so(); {
		if time.Now().After(limit) {
			h.t.Fatalf("it never came about that %s\n%s", what, h.logged())
		}
		<-tick.C
	}
}

// received is one request that a subscriber got.
type received struct {
	method, path string
	query        url.Values
	rawQuery     string
	header       http.Header
	body         string
}

// subscriber is one of the tests' own, that can misbehave.
type subscriber struct {
	*httptest.Server
	t    *testing.T
	path string

	mu     sync.Mutex
	got    []received
	answer func(w http.ResponseWriter, r *http.Request) bool // false leaves it to obey
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{t: t, path: "/callback?token=abc"}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s
}

func (s *subscriber) callback() string { return s.URL + s.path }

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.got = append(s.got, received{r.Method, r.URL.Path, r.URL.Query(), r.URL.RawQuery, r.Header, string(body)})
	answer := s.answer
	s.mu.Unlock()
	if answer == nil || !answer(w, r) {
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}
}

// will has it answer otherwise from now on; nil has it obey.
func (s *subscriber) will(answer func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// always answers everything with one status.
func always(status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(status); return true }
}

// of are the requests with a method, so far.
func (s *subscriber) of(method string) (list []received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.got {
		if r.method == method {
			list = append(list, r)
		}
	}
	return list
}

func (s *subscriber) pings() []received { return s.of(http.MethodPost) }

// pinged waits for the n-th ping and returns it.
func (h *house) pinged(s *subscriber, n int) received {
	h.t.Helper()
	h.eventually(fmt.Sprintf("ping %d comes", n), func() bool { return len(s.pings()) >= n })
	return s.pings()[n-1]
}

// quiet waits until nothing is left to do now, and fails if the subscriber has had more than n pings.
func (h *house) quiet(s *subscriber, n int) {
	h.t.Helper()
	h.eventually("no ping is due", func() bool {
		return h.count(`SELECT COUNT(*) FROM hub_pings WHERE state = 'queued' AND free_at <= $1 OR lease <> ''`, h.now().UnixMilli()) == 0
	})
	if got := len(s.pings()); got != n {
		h.t.Errorf("it has %d pings, want %d", got, n)
	}
}

// quietAtMost fails if the subscriber has had more than n pings so far.
func (h *house) quietAtMost(s *subscriber, n int) {
	h.t.Helper()
	if got := len(s.pings()); got > n {
		h.t.Errorf("it has %d pings, want at most %d", got, n)
	}
}

// reconnect gives the house its Redis anew, after a hub was stopped by hand.
func (h *house) reconnect() {
	h.redis.Close()
	h.redis = redis.NewClient(&redis.Options{Addr: h.mini.Addr(), DisableIdentity: true})
	h.t.Cleanup(func() { h.redis.Close() })
}

// must fails the test on an error of a call that is only a step on the way.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
