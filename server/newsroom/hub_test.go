package newsroom

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/jobs/hub"
	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/database/dbtest"
	"dateline/server/web"
)

// hubDesk takes what would be asked of the hub, and answers as it is told.
type hubDesk struct {
	asked []hub.Request
	err   error
}

func (h *hubDesk) Ask(_ context.Context, _ string, r hub.Request) error {
	h.asked = append(h.asked, r)
	return h.err
}

func TestFeed_OffersTheHub_InHeadersAndDocument(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.publish(sampleText())
	for _, path := range []string{"/dalarna/feed.atom", "/dalarna/feed.rss?kind=press-release", "/dalarna/topics/natur/feed.json?language=sv"} {
		a := p.shows(path, baseURL+"/hub")
		if got, want := a.header.Get("Link"), `<`+baseURL+`/hub>; rel="hub", <`+baseURL+path+`>; rel="self"`; got != want {
			t.Errorf("%s has Link %s, want %s", path, got, want)
		}
	}
	older := p.shows("/dalarna/feed.atom?after=" + url.QueryEscape(releases.Live{ID: strings.Repeat("a", 26), LiftAt: p.now()}.Cursor()))
	if got := older.header.Get("Link"); got != "" {
		t.Errorf("a page of older releases offers the hub: %s", got)
	}
}

func TestDocument_IsWhatAStrangersGETGives(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.publish(sampleText())
	for _, path := range []string{"/dalarna/feed.atom", "/dalarna/feed.rss?kind=press-release", "/dalarna/topics/natur/feed.json?language=sv&kind=press-release"} {
		got, want := must[hub.Document](t)(p.site.Document(t.Context(), p.now(), path)), p.get(path)
		if string(got.Body) != want.body || got.Type != want.header.Get("Content-Type") || len(got.Body) == 0 {
			t.Errorf("%s: %s\n%s\ndiffers from\n%s", path, got.Type, got.Body, want.body)
		}
	}
	got := must[hub.Document](t)(p.site.Document(t.Context(), p.now(), "/dalarna/feed.atom?language=SV&utm_source=x"))
	if got.Self != baseURL+"/dalarna/feed.atom?language=sv" {
		t.Errorf("its own address is %s", got.Self)
	}
	for _, path := range []string{"/", "/dalarna", "/nowhere/feed.atom", "/dalarna/feed.pdf", "/robots.txt", "/hub", "/desk", "//feed.atom", "/dalarna/topics/krig/feed.atom"} {
		if d, err := p.site.Document(t.Context(), p.now(), path); !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("%s is a topic: %+v, %v", path, d, err)
		}
	}
}

func TestDocument_BeforeALift_HasNothingOfIt_WhateverTheTimeIsNow(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	text := sampleText()
	text.Headline = "Det hemliga beskedet"
	r := p.schedule(text, time.Hour)
	p.set(r.LiftAt.Add(time.Hour))
	before := must[hub.Document](t)(p.site.Document(t.Context(), r.LiftAt.Add(-time.Millisecond), "/dalarna/feed.atom"))
	if strings.Contains(string(before.Body), "hemliga") {
		t.Errorf("before its lift it is in the document:\n%s", before.Body)
	}
	p.set(r.LiftAt.Add(-time.Hour))
	at := must[hub.Document](t)(p.site.Document(t.Context(), r.LiftAt, "/dalarna/feed.atom"))
	if !strings.Contains(string(at.Body), "hemliga") {
		t.Errorf("at its lift it is not in the document:\n%s", at.Body)
	}
}

func TestDocument_WhenTheDatabaseFails_SaysSo(t *testing.T) {
	db := dbtest.SQLite(t)
	p := openDalarna(t, db)
	db.Close()
	if _, err := p.site.Document(t.Context(), p.now(), "/dalarna/feed.atom"); err == nil || errors.Is(err, releases.ErrNotFound) {
		t.Errorf("a failure is taken for %v", err)
	}
}

func TestHub_TakesAForm_AndAnswersInPlainText(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {baseURL + "/dalarna/feed.atom"}, "hub.callback": {"https://reader.example/å?x=1"},
		"hub.lease_seconds": {"3600"}, "hub.secret": {"hemlig"}, "hub.unheard_of": {"1"}}
	if a := p.post("/hub", form); a.status != http.StatusAccepted || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("it is answered %s", a)
	}
	want := hub.Request{Mode: "subscribe", Topic: baseURL + "/dalarna/feed.atom", Callback: "https://reader.example/å?x=1", LeaseSeconds: "3600", Secret: "hemlig"}
	if len(p.hub.asked) != 1 || p.hub.asked[0] != want {
		t.Errorf("the hub is asked %+v", p.hub.asked)
	}

	p.hub.err = input.Faults{{Field: "hub.mode", Message: "fault.hub_mode", Args: map[string]any{"Value": "publish"}}}
	if a := p.post("/hub", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "hub.mode: “publish” can't be asked for.") {
		t.Errorf("a fault is answered %s", a)
	}
	for err, status := range map[error]int{hub.ErrTooMany: http.StatusTooManyRequests, hub.ErrFull: http.StatusServiceUnavailable, errors.New("secret detail"): http.StatusInternalServerError} {
		p.hub.err = err
		if a := p.post("/hub", form); a.status != status || strings.Contains(a.body, "<") || strings.Contains(a.body, "secret detail") {
			t.Errorf("%v is answered %s", err, a)
		}
	}
	if a := p.ask("POST", "/hub", strings.NewReader(`{}`), "Content-Type: application/json"); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON is answered %s", a)
	}
	form.Set("hub.secret", strings.Repeat("x", 20_000))
	if a := p.post("/hub", form); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("20 kB are answered %s", a)
	}
	p.shows("/hub", "WebSub", "hub.callback")
}

func TestIndexNowKey_IsServedOnlyWhereItIsSet(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	if a := p.get("/0123456789abcdef.txt"); a.status != http.StatusNotFound {
		t.Errorf("without a key it is answered %s", a)
	}
	p.site.deps.IndexNowKey = "0123456789abcdef"
	p.app = web.NewApp(p.site.Error, slog.New(slog.DiscardHandler))
	p.site.Register(p.app)
	if a := p.get("/0123456789abcdef.txt"); a.status != http.StatusOK || a.body != "0123456789abcdef" {
		t.Errorf("it is answered %s", a)
	}
}
