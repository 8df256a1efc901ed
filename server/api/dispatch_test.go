package api

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/database/dbtest"
	"dateline/subscribers"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// relay takes what comes through its gate, and refuses whoever's address begins with "refused".
type relay struct{ gate chan struct{} }

func (r *relay) Rests() []mail.Rest                         { return nil }
func (r *relay) Relay() mail.Relay                          { return mail.Relay{} }
func (r *relay) Connect(context.Context) (mail.Conn, error) { return r, nil }
func (r *relay) Check(context.Context) error                { return nil }
func (r *relay) Close() error                               { return nil }

func (r *relay) Run(ctx context.Context, work mail.Work) error {
	for {
		m, ok := work.Next(ctx)
		if !ok {
			return nil
		}
		if err := work.Mark(m).Wait(); err != nil {
			return err
		}
		<-r.gate
		outcome := mail.Outcome{Class: mail.Sent, Code: 250, Enhanced: "2.0.0", Text: "queued"}
		if strings.HasPrefix(m.To, "refused") {
			outcome = mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}
		}
		work.Done(m, outcome)
	}
}

// sending has an engine mail this world's releases through a relay, in real time. Nothing passes its
// gate until it is closed.
func (w *world) sending() (gate chan struct{}) {
	w.t.Helper()
	w.clock.set(time.Time{})
	messages, err := words.Load()
	if err != nil {
		w.t.Fatal(err)
	}
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		w.t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	out := &relay{gate: make(chan struct{})}
	e := jobs.New(jobs.Deps{
		DB: w.db, Redis: client, Sender: out, Desk: releases.NewDesk(w.db, vault.New([]byte("secret")), time.Now), Passes: w.passes,
		Subscribers: subscribers.New(w.db, time.Now, []byte("secret")), Words: messages, Log: slog.New(slog.DiscardHandler),
	}, jobs.Settings{BaseURL: w.base, Worker: true, Workers: 1, Reconcile: 20 * time.Millisecond})
	e.Start()
	w.engine.real = e
	w.t.Cleanup(func() {
		ended, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		e.Stop(ended)
		client.Close()
		server.Close()
	})
	return out.gate
}

// dispatch has a release of a newsroom mailed and returns the dispatch's id once it is in this state.
func (w *world) dispatch(newsroom, state string) string {
	w.t.Helper()
	id := w.approved(newsroom)
	w.ask(auth.Approver, "POST", "/releases/"+id+"/publish", nil).want(http.StatusOK)
	var dispatches []fields
	w.eventually("the dispatch is "+state, func() bool {
		dispatches = w.ask(auth.Writer, "GET", "/releases/"+id+"/dispatches", nil).want(http.StatusOK).items()
		return len(dispatches) == 1 && dispatches[0]["state"] == state
	})
	return dispatches[0]["id"].(string)
}

// eventually asks until it is so.
func (w *world) eventually(what string, so func() bool) {
	w.t.Helper()
	patience, tick := time.After(30*time.Second), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-patience:
			w.t.Fatalf("it never came about that %s", what)
		}
	}
}

// subscribe adds a confirmed subscriber.
func (w *world) subscribe(newsroom, email string) {
	w.t.Helper()
	w.ask(auth.Approver, "POST", "/newsrooms/"+newsroom+"/subscribers", fields{"email": email, "confirmed": true, "consent": "ja"}).want(http.StatusCreated)
}

func TestDispatch_TellsWhatBecameOfEveryone_OnBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		w := newWorld(t, db)
		close(w.sending())
		n := w.newsroom("dalarna")
		for _, email := range []string{"asa@example.com", "olle@example.com", "refused@example.com"} {
			w.subscribe(n, email)
		}
		id := w.dispatch(n, "done")

		d := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).has(fields{
			"kind": "release", "version": 1, "audience": 3, "queued": 0, "sending": 0, "sent": 2, "deferred": 0, "failed": 1, "excluded": 0, "unknown": 0, "unknown_retried": 0,
		})
		for _, name := range []string{"started_at", "first_sent_at", "last_sent_at", "done_at", "created_at"} {
			if _, err := time.Parse("2006-01-02T15:04:05.000Z", d.str(name)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		deliveries := "/dispatches/" + id + "/deliveries"
		if got := w.ask(auth.Approver, "GET", deliveries, nil).want(200).items(); len(got) != 3 {
			t.Errorf("%d deliveries", len(got))
		}
		failed := w.ask(auth.Approver, "GET", deliveries+"?state=failed", nil).want(200).items()
		if len(failed) != 1 || failed[0]["email"] != "refused@example.com" || failed[0]["code"] != "550 5.1.1" || failed[0]["next_at"] != nil {
			t.Errorf("failed: %v", failed)
		}
		if got := w.ask(auth.Approver, "GET", deliveries+"?email=Olle@example.com", nil).want(200).items(); len(got) != 1 || got[0]["state"] != "sent" {
			t.Errorf("by address: %v", got)
		}
		first := w.ask(auth.Approver, "GET", deliveries+"?limit=2", nil).want(200)
		if rest := w.ask(auth.Approver, "GET", deliveries+"?limit=2&cursor="+first.str("next_cursor"), nil).want(200); len(first.items()) != 2 || len(rest.items()) != 1 || rest.str("next_cursor") != "" {
			t.Errorf("pages: %s and %s", first.text, rest.text)
		}
		if wrong := w.ask(auth.Approver, "GET", deliveries+"?state=lost", nil).wrong(); !strings.Contains(wrong["state"], "deferred") {
			t.Errorf("wrong: %v", wrong)
		}
		if wrong := w.ask(auth.Approver, "GET", deliveries+"?cursor=x", nil).wrong(); wrong["cursor"] == "" {
			t.Errorf("a wrong cursor: %v", wrong)
		}
		if r := w.ask(auth.Approver, "POST", "/dispatches/"+id+"/pause", nil).problem(http.StatusConflict); !strings.Contains(r.str("detail"), "“done”") {
			t.Errorf("the state is not told: %s", r.text)
		}
		w.ask(auth.Approver, "POST", "/dispatches/"+id+"/resume", nil).problem(http.StatusConflict)
		list := w.ask(auth.Approver, "GET", "/dispatches/"+id+"/outcomes.csv", nil).want(200).text
		if strings.Count(list, "\r\n") != 4 || !strings.Contains(list, "refused@example.com,,sv,failed,550 5.1.1,no such user,1,false,") {
			t.Errorf("the list:\n%s", list)
		}
		w.ask(auth.Writer, "GET", "/dispatches/"+id+"/outcomes.csv", nil).problem(http.StatusForbidden)
		w.ask(auth.Approver, "GET", "/dispatches/missing/outcomes.csv", nil).problem(http.StatusNotFound)
		w.ask(auth.Approver, "POST", "/dispatches/"+id+"/retry-failed", nil).want(200).has(fields{"id": id})
	})
}

func TestDispatch_IsPausedAndResumed(t *testing.T) {
	w := sqlite(t)
	gate := w.sending()
	n := w.newsroom("dalarna")
	for i := range 3 {
		w.subscribe(n, fmt.Sprintf("a%d@example.com", i))
	}
	id := w.dispatch(n, "sending")
	w.ask(auth.Approver, "POST", "/dispatches/"+id+"/pause", nil).want(200).has(fields{"state": "paused"})
	w.ask(auth.Approver, "POST", "/dispatches/"+id+"/resume", nil).want(200).has(fields{"state": "sending"})
	close(gate)
	w.eventually("everyone has the mail", func() bool {
		d := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).body
		return d["state"] == "done" && d["sent"] == 3.0
	})
}

func TestDispatch_TellsWhatRestsWhileItIsSending(t *testing.T) {
	w := sqlite(t)
	gate := w.sending()
	n := w.newsroom("dalarna")
	w.subscribe(n, "asa@example.com")
	id := w.dispatch(n, "sending")
	w.eventually("somebody waits", func() bool { // the audience may be gathered after the lift only
		d := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).body
		return d["queued"] == 1.0 || d["sending"] == 1.0
	})
	if got := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).body["rests"]; fmt.Sprint(got) != "[]" {
		t.Errorf("nothing rests: %v", got)
	}
	since, until := time.Now().Add(-time.Minute).Truncate(time.Millisecond), time.Now().Add(time.Hour).Truncate(time.Millisecond)
	for _, r := range []jobs.Rest{
		{Scope: jobs.DomainRests, Name: "blocked.example", Code: "550 5.7.1", Reason: "blocked", Until: until},
		{Scope: jobs.DomainRests, Name: "again.example", Code: "550 5.7.1", Reason: "blocked", Until: since},
		{Scope: jobs.RelayRests, Name: "smtp.example.org:587", Code: "421 4.7.0", Reason: "not now", Until: until},
	} {
		if _, err := w.db.ExecContext(t.Context(), `INSERT INTO rests (scope, name, code, reason, since, until, strikes) VALUES ($1, $2, $3, $4, $5, $6, 1)`,
			r.Scope, r.Name, r.Code, r.Reason, since.UnixMilli(), r.Until.UnixMilli()); err != nil {
			t.Fatal(err)
		}
	}
	rests, _ := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).has(fields{"id": id, "state": "sending"}).body["rests"].([]any)
	at := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
	want := []any{
		map[string]any{"scope": "relay", "name": "smtp.example.org:587", "code": "421 4.7.0", "reason": "not now", "since": at(since), "until": at(until)},
		map[string]any{"scope": "domain", "name": "blocked.example", "code": "550 5.7.1", "reason": "blocked", "since": at(since), "until": at(until)},
	}
	if !reflect.DeepEqual(rests, want) {
		t.Errorf("rests\n%v, want\n%v", rests, want)
	}
	close(gate)
	w.eventually("nobody waits, and nothing that rests is told", func() bool {
		d := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).body
		return d["state"] == "done" && len(d["rests"].([]any)) == 0
	})
}

func TestDispatch_IsStopped(t *testing.T) {
	w := sqlite(t)
	gate := w.sending()
	n := w.newsroom("dalarna")
	for i := range 30 {
		w.subscribe(n, fmt.Sprintf("a%d@example.com", i))
	}
	id := w.dispatch(n, "sending")
	w.eventually("a mail is on its way", func() bool {
		return w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).body["sending"] != 0.0
	})
	w.ask(auth.Writer, "POST", "/dispatches/"+id+"/stop", nil).problem(http.StatusForbidden)
	w.ask(auth.Approver, "POST", "/dispatches/"+id+"/stop", nil).want(200).has(fields{"state": "stopping"})
	w.ask(auth.Approver, "POST", "/dispatches/"+id+"/stop", nil).problem(http.StatusConflict)
	close(gate)
	w.eventually("the rest is left out", func() bool {
		d := w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).body
		return d["state"] == "stopped" && d["sent"].(float64)+d["excluded"].(float64) == 30
	})
}

func TestEraseSubscriber_LeavesNoAddressInTheLedger(t *testing.T) {
	w := sqlite(t)
	close(w.sending())
	n := w.newsroom("dalarna")
	w.subscribe(n, "asa@example.com")
	id := w.dispatch(n, "done")
	subscriber := w.ask(auth.Approver, "GET", "/newsrooms/"+n+"/subscribers", nil).want(200).items()[0]["id"].(string)
	w.ask(auth.Approver, "DELETE", "/subscribers/"+subscriber, nil).want(http.StatusNoContent)
	w.ask(auth.Writer, "GET", "/dispatches/"+id, nil).want(200).has(fields{"audience": 1, "sent": 1})
	if r := w.ask(auth.Approver, "GET", "/dispatches/"+id+"/deliveries", nil).want(200); strings.Contains(r.text, "asa@") {
		t.Errorf("the ledger still tells %s", r.text)
	}
}
