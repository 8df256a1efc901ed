package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
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

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/config"
)

// listener is a WebSub subscriber: it confirms, and keeps what it is sent.
type listener struct {
	*httptest.Server
	mu    sync.Mutex
	pings map[string]hubPing // by path of the callback
}

type hubPing struct {
	at     time.Time
	header http.Header
	body   string
}

func newListener(t *testing.T) *listener {
	l := &listener{pings: map[string]hubPing{}}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodGet {
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.pings[r.URL.Path] = hubPing{at, r.Header, string(body)}
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) got() map[string]hubPing {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]hubPing{}
	for path, p := range l.pings {
		all[path] = p
	}
	return all
}

// serveInside runs the whole program in this process, where callbacks on this machine may be allowed.
func serveInside(t *testing.T, settings map[string]string) *program {
	t.Helper()
	env := map[string]string{"DATELINE_DATA": t.TempDir(), "DATELINE_ADDR": freeAddress(t)}
	for name, value := range settings {
		env[name] = value
	}
	c, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	p := &program{config: c, now: time.Now, log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), meter: newMeter(), internal: true}
	if err := p.assemble(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		p.close()
	})
	eventually(t, "the program answers", func() bool {
		response, err := http.Get(c.URL + "/healthz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return p
}

// scheduled is a release of a new newsroom, approved and on its way.
func (p *program) scheduled(t *testing.T, at time.Time) releases.Release {
	t.Helper()
	ctx, who := t.Context(), history.System
	n, err := p.desk.CreateNewsroom(ctx, who, releases.NewsroomInput{
		Slug: "dalarna", Name: "Länsstyrelsen Dalarna", Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@example.org", Approvals: 1, Topics: []string{"Natur"},
	})
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.desk.Create(ctx, who, n.ID, releases.Draft{Text: releases.Text{Headline: "Det hemliga beskedet", Body: "Brödtext.", Topics: []string{"natur"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.desk.Approve(ctx, who, made.ID, made.Version, ""); err != nil {
		t.Fatal(err)
	}
	lift, err := releases.ParseLift(at.UTC().Format(time.RFC3339Nano), "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.desk.Schedule(ctx, who, made.ID, lift, false)
	if err != nil {
		t.Fatal(err)
	}
	p.engine.Wake()
	return r
}

// subscribes asks the hub for a topic, with a secret.
func (p *program) subscribes(t *testing.T, target, callback string) {
	t.Helper()
	response, err := http.PostForm(p.config.URL+"/hub", url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {p.config.URL + target}, "hub.secret": {"s"}, "hub.callback": {callback},
	})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusAccepted {
		t.Fatalf("the hub answered %d", response.StatusCode)
	}
}

func (p *program) hasSubscriptions(t *testing.T, want int) {
	t.Helper()
	eventually(t, "all are subscribed", func() bool {
		var n int
		p.db.QueryRow(`SELECT COUNT(*) FROM hub_subscriptions`).Scan(&n)
		return n == want
	})
}

// isWhatAGetGives: the bytes, the type and the links of the topic as a stranger gets it, signed with the secret.
func (p *program) isWhatAGetGives(t *testing.T, target string, ping hubPing) {
	t.Helper()
	_, header, body := get(t, p.config.URL+target)
	for _, name := range []string{"Content-Type", "Link"} {
		if header.Get(name) == "" || ping.header.Get(name) != header.Get(name) {
			t.Errorf("%s: the ping has %q as its %s, a GET %q", target, ping.header.Get(name), name, header.Get(name))
		}
	}
	if ping.body != body {
		t.Errorf("%s: the ping is\n%s\nand a GET gives\n%s", target, ping.body, body)
	}
	mac := hmac.New(sha256.New, []byte("s"))
	io.WriteString(mac, ping.body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); ping.header.Get("X-Hub-Signature") != want {
		t.Errorf("%s is signed %s", target, ping.header.Get("X-Hub-Signature"))
	}
}

func TestHub_AtALift_EverySubscriberHasTheFeedWithinASecond(t *testing.T) {
	p := serveInside(t, nil)
	r := p.scheduled(t, time.Now().Add(time.Hour))
	subscriber := newListener(t)
	targets := []string{"/dalarna/feed.atom", "/dalarna/feed.rss?language=sv", "/dalarna/topics/natur/feed.json?kind=press-release"}
	const each = 15 // within what one address may ask for
	for i := range each * len(targets) {
		p.subscribes(t, targets[i%len(targets)], fmt.Sprintf("%s/%d", subscriber.URL, i))
	}
	p.hasSubscriptions(t, each*len(targets))

	lift, err := releases.ParseLift(soon(time.Second).UTC().Format(time.RFC3339Nano), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.desk.Schedule(t.Context(), history.System, r.ID, lift, false); err != nil {
		t.Fatal(err)
	}
	p.engine.Wake()
	eventually(t, "all have a ping", func() bool { return len(subscriber.got()) == each*len(targets) })
	first, last := time.Hour, time.Duration(0)
	for path, ping := range subscriber.got() {
		late := ping.at.Sub(lift.At)
		first, last = min(first, late), max(last, late)
		var i int
		fmt.Sscanf(path, "/%d", &i)
		p.isWhatAGetGives(t, targets[i%len(targets)], ping)
		if !strings.Contains(ping.body, "Det hemliga beskedet") {
			t.Errorf("%s got %s", path, ping.body)
		}
	}
	t.Logf("%d pings, the first %v after the lift and the last %v", each*len(targets), first, last)
	if first < 0 || last > time.Second {
		t.Errorf("pings came from %v to %v after the lift", first, last)
	}
}
