package newsroom

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases"
	filestore "dateline/releases/files"
	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

var officer = history.Actor{ID: "officer", Name: "anna@example.org", From: "192.0.2.1"}

// press is a public side with what stands behind it, and the clock they share.
type press struct {
	t           testing.TB
	desk        *releases.Desk
	subscribers *subscribers.Store
	files       *filestore.Store
	passes      *releases.Passes
	site        *Site
	app         *fiber.App
	letters     *postbox
	hub         *hubDesk
	newsroom    releases.Newsroom

	mu sync.Mutex
	at time.Time
}

// postbox keeps what would be mailed.
type postbox struct{ letters []jobs.Letter }

func (p *postbox) Post(_ context.Context, l jobs.Letter) error {
	p.letters = append(p.letters, l)
	return nil
}

const baseURL = "https://press.example"

// open starts a public side without a newsroom.
func open(t testing.TB, db *sql.DB) *press {
	t.Helper()
	p := &press{t: t, at: time.Date(2016, 10, 18, 3, 0, 0, 0, time.UTC), letters: &postbox{}, hub: &hubDesk{}}
	keys := vault.New([]byte("a secret of the tests"))
	w := must[*words.Words](t)(words.Load())
	p.desk = releases.NewDesk(db, keys, p.now)
	p.subscribers = subscribers.New(db, p.now, []byte("a secret of the tests"))
	p.passes = releases.NewPasses(p.desk, []byte("a secret of the tests"))
	p.files = filestore.NewStore(t.TempDir())
	p.site = must[*Site](t)(New(Deps{
		Public: releases.NewPublic(db, keys), Files: p.files, Passes: p.passes, Subscribers: p.subscribers, Letters: p.letters, Hub: p.hub, Limits: auth.New(db, p.now),
		Words: w, BaseURL: baseURL, Now: p.now,
	}))
	p.desk.Watch(p.site.Changed)
	p.app = web.NewApp(p.site.Error, slog.New(slog.DiscardHandler))
	p.site.Register(p.app)
	return p
}

// openDalarna starts one with a newsroom in Swedish.
func openDalarna(t testing.TB, db *sql.DB) *press {
	t.Helper()
	p := open(t, db)
	p.newsroom = must[releases.Newsroom](t)(p.desk.CreateNewsroom(t.Context(), officer, releases.NewsroomInput{
		Slug: "dalarna", Name: "Länsstyrelsen Dalarna", Language: "sv", Zone: "Europe/Stockholm",
		EmailFrom: "press@example.org", Topics: []string{"Mänskliga rättigheter", "Natur"}, Approvals: 1,
		Boilerplate: "Länsstyrelsen är en statlig myndighet.",
	}))
	return p
}

func (p *press) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

func (p *press) set(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = at
}

// schedule writes and approves a release that lifts in so long.
func (p *press) schedule(text releases.Text, in time.Duration) releases.Release {
	p.t.Helper()
	ctx := p.t.Context()
	r := must[releases.Saved](p.t)(p.desk.Create(ctx, officer, p.newsroom.ID, releases.Draft{Text: text})).Release
	r = must[releases.Release](p.t)(p.desk.Approve(ctx, officer, r.ID, r.Version, r.Hash))
	lift := must[releases.Lift](p.t)(releases.ParseLift(p.now().Add(in).UTC().Format(time.RFC3339Nano), ""))
	return must[releases.Release](p.t)(p.desk.Schedule(ctx, officer, r.ID, lift, in < 0))
}

// publish writes a release that is live at once.
func (p *press) publish(text releases.Text) releases.Release {
	p.t.Helper()
	ctx := p.t.Context()
	r := must[releases.Saved](p.t)(p.desk.Create(ctx, officer, p.newsroom.ID, releases.Draft{Text: text})).Release
	r = must[releases.Release](p.t)(p.desk.Approve(ctx, officer, r.ID, r.Version, r.Hash))
	return must[releases.Release](p.t)(p.desk.Publish(ctx, officer, r.ID))
}

// answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request with headers given as "Name: value".
func (p *press) ask(method, path string, body io.Reader, headers ...string) answer {
	p.t.Helper()
	request := must[*http.Request](p.t)(http.NewRequest(method, path, body))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	response := must[*http.Response](p.t)(p.app.Test(request, 20_000))
	response.Header.Del("Date")
	return answer{response.StatusCode, response.Header, string(must[[]byte](p.t)(io.ReadAll(response.Body)))}
}

func (p *press) get(path string, headers ...string) answer {
	p.t.Helper()
	return p.ask("GET", path, nil, headers...)
}

func (p *press) post(path string, form url.Values, headers ...string) answer {
	p.t.Helper()
	headers = append(headers, "Content-Type: application/x-www-form-urlencoded")
	return p.ask("POST", path, strings.NewReader(form.Encode()), headers...)
}

// shows fails unless a page is there and has every one of these in it.
func (p *press) shows(path string, wants ...string) answer {
	p.t.Helper()
	a := p.get(path)
	if a.status != http.StatusOK {
		p.t.Errorf("%s is %d", path, a.status)
	}
	a.has(p.t, path, wants...)
	return a
}

func (a answer) has(t testing.TB, name string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(a.body, want) {
			t.Errorf("%s lacks %q:\n%s", name, want, a.body)
		}
	}
}

func (a answer) lacks(t testing.TB, name string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if strings.Contains(a.body, u) {
			t.Errorf("%s has %q:\n%s", name, u, a.body)
		}
	}
}

// String is everything that a stranger could tell two answers apart by.
func (a answer) String() string { return fmt.Sprint(a.status, a.header, a.body) }

// must fails the test on an error of a call that is only a step on the way.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// sampleText is a release as a Swedish authority would write it.
func sampleText() releases.Text {
	return releases.Text{
		Kind: releases.PressRelease, Language: "sv", Dateline: "Falun", Topics: []string{"natur"},
		Headline: "Idag öppnar ”Du avgör!” – en satsning för älvens stränder",
		Lede:     "Sju av tio dalkarlar vill gå vid vattnet.",
		Body:     "Första stycket.\n\n> Det här har vi väntat på, säger Åsa Ek.\n\nLäs mer på [duavgör.se](https://duavgör.se/).",
		Contacts: []releases.Contact{{Name: "Åsa Ek", Role: "Sakkunnig", Phone: "010-225 04 25", Email: "asa.ek@example.org"}},
	}
}
