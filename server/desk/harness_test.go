package desk

import (
	"context"
	"database/sql"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
	filestore "dateline/releases/files"
	"dateline/releases/history"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/database/dbtest"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

const password = "a long enough passphrase"

// office is a whole desk on a database of its own, with a clock that stands still until it is moved.
type office struct {
	*Desk
	db     *sql.DB
	app    *fiber.App
	engine *idleEngine
	at     time.Time

	sending mail.Sending
	names   names
}

// idleEngine does no work; it counts how often it was woken.
type idleEngine struct {
	woken  int
	health jobs.Health
}

func (e *idleEngine) Wake()                              { e.woken++ }
func (e *idleEngine) Health(context.Context) jobs.Health { return e.health }

func newOffice(t *testing.T, baseURL string) *office {
	t.Helper()
	w, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{names: names{}, db: dbtest.SQLite(t), engine: &idleEngine{}, at: time.Date(2016, 10, 17, 14, 0, 0, 0, time.UTC)}
	now, keys := func() time.Time { return o.at }, vault.New([]byte("secret"))
	desk := releases.NewDesk(o.db, keys, now)
	accounts := auth.New(o.db, now)
	accounts.Cost = auth.Cost{Memory: 64, Passes: 1} // all of them sign in
	o.Desk, err = New(Deps{
		Auth: accounts, Releases: desk, Passes: releases.NewPasses(desk, []byte("secret")), Files: filestore.NewStore(t.TempDir()), Subscribers: subscribers.New(o.db, now, []byte("secret")),
		Ledger: jobs.NewLedger(o.db, now), Engine: o.engine, Mailbox: mail.NewCapture(o.db, keys, now), Words: w, BaseURL: baseURL, Now: now,
		Sending: func() (mail.Sending, error) { return o.sending, nil }, DNS: o.names,
		Preview: func(l releases.Live) ([]byte, error) {
			return []byte("preview of " + html.EscapeString(l.Text.Headline)), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.app = web.NewApp(func(c *fiber.Ctx, err error) error {
		p := web.ProblemOf(err, w.In("en"))
		return c.Status(p.Status).SendString(p.Detail)
	}, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})))
	o.Register(o.app)
	return o
}

// newsroom makes one, and its topics.
func (o *office) newsroom(t *testing.T, slug string, topics ...string) releases.Newsroom {
	t.Helper()
	n, err := o.deps.Releases.CreateNewsroom(t.Context(), history.System, releases.NewsroomInput{
		Slug: slug, Name: "Pressrummet " + slug, Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@" + slug + ".example", Topics: topics, Approvals: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// person is a browser, signed in or not.
type person struct {
	t        *testing.T
	app      *fiber.App
	language string
	cookies  map[string]string
	header   map[string]string // sent with every request
}

func (o *office) stranger(t *testing.T) *person {
	return &person{t: t, app: o.app, language: "en", cookies: map[string]string{}, header: map[string]string{}}
}

// officer makes an account, which signs in.
func (o *office) officer(t *testing.T, name string, role auth.Role) *person {
	t.Helper()
	p := o.stranger(t)
	a := p.post(o.invite(t, role), url.Values{"email": {name + "@example.se"}, "name": {name}, "password": {password}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("account: %d\n%s", a.status, a.body)
	}
	return p
}

// invite makes a one-time link and gives its path.
func (o *office) invite(t *testing.T, role auth.Role) string {
	t.Helper()
	secret, err := o.deps.Auth.Invite(t.Context(), history.System, role, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return "/desk/setup/" + secret
}

func (o *office) signedIn(t *testing.T, email string) *person {
	t.Helper()
	p := o.stranger(t)
	if a := p.post("/desk/sign-in", url.Values{"email": {email}, "password": {password}}); a.status != http.StatusSeeOther {
		t.Fatalf("sign in: %d\n%s", a.status, a.body)
	}
	return p
}

// answer is what came back; text is the body with its entities resolved.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) text() string { return html.UnescapeString(a.body) }

func (a answer) says(t *testing.T, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(a.text(), part) {
			t.Errorf("%d without %q:\n%s", a.status, part, shorten(a.body))
		}
	}
}

// shorten leaves the content of a page, without what stands around it.
func shorten(body string) string {
	if _, main, ok := strings.Cut(body, `<main id="content">`); ok {
		return main
	}
	return body
}

func (p *person) get(path string) answer {
	p.t.Helper()
	return p.do(httptest.NewRequest("GET", path, nil))
}

func (p *person) post(path string, values url.Values) answer {
	p.t.Helper()
	request := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", fiber.MIMEApplicationForm)
	return p.do(request)
}

// done posts a form that must succeed, and gives the page that it leads to.
func (p *person) done(path string, values url.Values) answer {
	p.t.Helper()
	a := p.post(path, values)
	if a.status != http.StatusSeeOther {
		p.t.Fatalf("POST %s: %d\n%s", path, a.status, shorten(a.body))
	}
	return p.get(a.header.Get("Location"))
}

func (p *person) do(request *http.Request) answer {
	p.t.Helper()
	request.Header.Set("Accept-Language", p.language)
	for name, value := range p.header {
		request.Header.Set(name, value)
	}
	for name, value := range p.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := p.app.Test(request, -1)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	for _, cookie := range response.Cookies() {
		p.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 || !cookie.Expires.IsZero() && cookie.Expires.Before(time.Now()) {
			delete(p.cookies, cookie.Name)
		}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// text is a release's form, filled in.
func text(headline string) url.Values {
	return url.Values{
		"kind": {"press-release"}, "language": {"sv"}, "headline": {headline}, "lede": {"Ingressen."}, "body": {"Brödtexten."}, "dateline": {"Falun"},
		"contacts[0].name": {"Kerstin"}, "contacts[0].role": {"Presschef"}, "contacts[0].phone": {"+46 23 123 45"}, "contacts[0].email": {"kerstin@example.se"},
	}
}

// write makes a draft and gives the address of its page.
func (p *person) write(headline string) string {
	p.t.Helper()
	a := p.post("/desk/releases", text(headline))
	if a.status != http.StatusSeeOther {
		p.t.Fatalf("create: %d\n%s", a.status, shorten(a.body))
	}
	return a.header.Get("Location")
}

// hidden is the value of a hidden field of the page.
func (a answer) hidden(t *testing.T, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no hidden field %s:\n%s", name, shorten(a.body))
	}
	return html.UnescapeString(m[1])
}
