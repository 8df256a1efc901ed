package api

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/files"
	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/database/dbtest"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// now is when these tests happen.
var now = time.Date(2016, 10, 17, 12, 0, 0, 0, time.UTC)

// world is the API over a database of the test's own, listening on a port.
type world struct {
	t      testing.TB
	db     *sql.DB
	base   string
	clock  *clock
	auth   *auth.Store
	engine *engine
	log    *log
	token  map[auth.Role]string
	passes *releases.Passes
	files  string // the directory that files are kept in
}

// log may be written and read at once.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// clock is the time that a test sets, or real time.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// engine writes down what it is told, and passes on to a real one that it is woken.
type engine struct {
	mu      sync.Mutex
	wakes   int
	letters []jobs.Letter
	real    *jobs.Engine // nil when nothing is mailed
}

func (e *engine) Wake() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wakes++
	if e.real != nil {
		e.real.Wake()
	}
}

func (e *engine) Post(_ context.Context, l jobs.Letter) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.letters = append(e.letters, l)
	return nil
}

func newWorld(t testing.TB, db *sql.DB) *world {
	t.Helper()
	messages, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: db, clock: &clock{at: now}, engine: &engine{}, log: &log{}, token: map[auth.Role]string{}, files: t.TempDir()}
	w.auth = auth.New(db, w.clock.now)
	app := web.NewApp(fiber.DefaultErrorHandler, slog.New(slog.NewTextHandler(w.log, nil)))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.base = "http://" + listener.Addr().String()
	desk := releases.NewDesk(db, vault.New([]byte("secret")), w.clock.now)
	w.passes = releases.NewPasses(desk, []byte("secret"))
	Register(app, Deps{
		Auth: w.auth, Releases: desk, Passes: w.passes, Files: files.NewStore(w.files), Subscribers: subscribers.New(db, w.clock.now, []byte("secret")),
		Ledger: jobs.NewLedger(db, w.clock.now), Engine: w.engine, Words: messages, BaseURL: w.base,
	})
	go app.Listener(listener)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		app.ShutdownWithTimeout(time.Second)
	})
	for _, role := range auth.Roles {
		w.token[role] = w.makeToken(string(role), role, "")
	}
	return w
}

// filesOnDisk counts those kept, whole or not.
func (w *world) filesOnDisk() (count int) {
	w.t.Helper()
	err := filepath.WalkDir(w.files, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			count++
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return count
}

// sqlite is a world on SQLite.
func sqlite(t testing.TB) *world { return newWorld(t, dbtest.SQLite(t)) }

func (w *world) makeToken(name string, role auth.Role, newsroomID string) string {
	w.t.Helper()
	secret, err := w.auth.MakeToken(context.Background(), history.System, name, role, newsroomID)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// reply is what came back.
type reply struct {
	t      testing.TB
	asked  string
	status int
	header http.Header
	text   string
	body   map[string]any
}

// request sends what it is given as it is.
func (w *world) request(token, method, path, kind string, body io.Reader, header ...string) reply {
	w.t.Helper()
	request, err := http.NewRequest(method, w.base+Root+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{t: w.t, asked: method + " " + path, status: response.StatusCode, header: response.Header, text: string(text)}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &r.body); err != nil {
			w.t.Fatalf("%s is not JSON: %q", r.asked, text)
		}
	}
	return r
}

// ask sends a body as JSON; a string is sent as it is, and nil is none.
func (w *world) ask(role auth.Role, method, path string, body any) reply {
	w.t.Helper()
	return w.askAs(w.token[role], method, path, body)
}

func (w *world) askAs(token, method, path string, body any) reply {
	w.t.Helper()
	switch body := body.(type) {
	case nil:
		return w.request(token, method, path, "", nil)
	case string:
		return w.request(token, method, path, "application/json", strings.NewReader(body))
	}
	sent, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.request(token, method, path, "application/json", bytes.NewReader(sent))
}

// fields is a JSON object.
type fields = map[string]any

// want fails the test unless the answer has this status.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s answered %d, want %d: %s", r.asked, r.status, status, r.text)
	}
	return r
}

// has fails the test for every field that is not as given.
func (r reply) has(want fields) reply {
	r.t.Helper()
	for name, value := range want {
		if got, ok := r.body[name]; !ok || fmt.Sprint(got) != fmt.Sprint(value) {
			r.t.Errorf("%s: %s is %#v, want %#v", r.asked, name, got, value)
		}
	}
	return r
}

func (r reply) str(name string) string {
	r.t.Helper()
	s, ok := r.body[name].(string)
	if !ok {
		r.t.Fatalf("%s: %s is no text but %#v", r.asked, name, r.body[name])
	}
	return s
}

// items are those of a list.
func (r reply) items() []fields {
	r.t.Helper()
	list, ok := r.body["items"].([]any)
	if !ok {
		r.t.Fatalf("%s: no items: %s", r.asked, r.text)
	}
	items := make([]fields, len(list))
	for i := range list {
		items[i] = list[i].(fields)
	}
	return items
}

// wrong are the messages of a 422 by field. It fails the test unless the answer is a whole problem.
func (r reply) wrong() map[string]string {
	r.t.Helper()
	r.problem(http.StatusUnprocessableEntity)
	messages := map[string]string{}
	list, _ := r.body["errors"].([]any)
	for _, e := range list {
		messages[e.(fields)["field"].(string)] = e.(fields)["message"].(string)
	}
	return messages
}

// problem fails the test unless the answer is a whole problem of this status.
func (r reply) problem(status int) reply {
	r.t.Helper()
	r.want(status)
	if kind := r.header.Get("Content-Type"); kind != "application/problem+json" {
		r.t.Errorf("%s: %d comes as %q", r.asked, status, kind)
	}
	if detail, _ := r.body["detail"].(string); detail == "" || !strings.Contains(detail, " ") {
		r.t.Errorf("%s: %d has no words: %s", r.asked, status, r.text)
	}
	return r.has(fields{"type": "about:blank", "title": http.StatusText(status), "status": status})
}

// newsroom makes one and returns its slug.
func (w *world) newsroom(slug string) string {
	w.t.Helper()
	return w.ask(auth.Admin, "POST", "/newsrooms", fields{
		"slug": slug, "name": "Länsstyrelsen Dalarna", "language": "sv", "zone": "Europe/Stockholm",
		"email_from": "Press <press@example.com>", "topics": []string{"Jämställdhet", "Miljö"},
	}).want(http.StatusCreated).str("slug")
}

// release writes one and returns its id.
func (w *world) release(newsroom string) string {
	w.t.Helper()
	return w.ask(auth.Writer, "POST", "/newsrooms/"+newsroom+"/releases", fields{"headline": "Öppet hus på torsdag", "body": "Välkommen!"}).
		want(http.StatusCreated).str("id")
}

// approved writes and approves one and returns its id.
func (w *world) approved(newsroom string) string {
	w.t.Helper()
	id := w.release(newsroom)
	w.ask(auth.Writer, "POST", "/releases/"+id+"/submit", nil).want(http.StatusOK)
	w.ask(auth.Approver, "POST", "/releases/"+id+"/approve", fields{"version": 1}).want(http.StatusOK)
	return id
}
