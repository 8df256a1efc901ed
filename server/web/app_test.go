package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

func TestNewApp_APanicIsOneErrorAndOneLineInTheLog(t *testing.T) {
	var log bytes.Buffer
	app := NewApp(func(c *fiber.Ctx, err error) error {
		return c.Status(500).SendString("sorry")
	}, slog.New(slog.NewTextHandler(&log, nil)))
	app.Get("/boom", func(*fiber.Ctx) error { panic("the secret detail") })

	response := ask(t, app, "GET", "/boom", nil)

	if body := read(t, response.Body); response.StatusCode != 500 || body != "sorry" {
		t.Errorf("%d %q", response.StatusCode, body)
	}
	if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "the secret detail") {
		t.Errorf("the log has %d lines: %s", lines, log.String())
	}
}

func TestNewApp_LogsNeitherQueriesNorTheSecretsInAddresses(t *testing.T) {
	var log bytes.Buffer
	app := NewApp(fiber.DefaultErrorHandler, slog.New(slog.NewTextHandler(&log, nil)))
	for _, address := range []string{
		"/confirm/hemligt", "/Confirm/hemligt", "/unsubscribe/hemligt", "/preferences/hemligt", "/pass/hemligt/fil.pdf",
		"/desk/setup/hemligt", "/sok?q=hemligt",
	} {
		ask(t, app, "GET", address, nil)
	}
	if strings.Contains(log.String(), "hemligt") {
		t.Errorf("a secret is in the log:\n%s", log.String())
	}
	if strings.Count(log.String(), "\n") != 7 {
		t.Errorf("not a line a request:\n%s", log.String())
	}
}

func TestBlame_PutsAnErrorThatAHandlerAnsweredOnItsLine(t *testing.T) {
	var log bytes.Buffer
	app := NewApp(fiber.DefaultErrorHandler, slog.New(slog.NewTextHandler(&log, nil)))
	app.Get("/", func(c *fiber.Ctx) error {
		Blame(c, errors.New("disk on fire"))
		return c.SendStatus(500)
	})
	ask(t, app, "GET", "/", nil)
	if !strings.Contains(log.String(), "disk on fire") || !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("log: %s", log.String())
	}
}

func TestNewApp_GivesEveryRequestADeadline(t *testing.T) {
	app := testApp()
	app.All("/*", func(c *fiber.Ctx) error {
		at, ok := Context(c).Deadline()
		if !ok {
			return errors.New("no deadline")
		}
		return c.SendString(fmt.Sprint(time.Until(at) > patience))
	})
	for address, long := range map[string]string{"/x": "false", "/api/v1/newsrooms/x/subscribers/import": "true"} {
		if got := read(t, ask(t, app, "POST", address, strings.NewReader("x")).Body); got != long {
			t.Errorf("%s: more than %v is %s, want %s", address, patience, got, long)
		}
	}
}

func TestNewApp_SendsSecurityHeaders_AlsoWithErrors(t *testing.T) {
	for _, header := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"} {
		if ask(t, testApp(), "GET", "/nothing", nil).Header.Get(header) == "" {
			t.Errorf("%s is missing", header)
		}
	}
}

// listen serves an app on a port of its own and returns its address.
func listen(t *testing.T, app *fiber.App) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(listener)
	t.Cleanup(func() { app.Shutdown() })
	return listener.Addr().String()
}

// post sends a body; a reader whose length can't be seen is sent in chunks.
func post(t *testing.T, address string, body io.Reader) *http.Response {
	t.Helper()
	response, err := http.Post("http://"+address, "text/csv", body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// chunked hides a body's length.
type chunked struct{ io.Reader }

func TestNewApp_RefusesABodyOverTheLimit_HoweverItIsSent(t *testing.T) {
	app := testApp()
	app.Post("/form", func(c *fiber.Ctx) error { return c.SendString(fmt.Sprint(len(c.Body()))) })
	address := listen(t, app)
	fits, over := strings.Repeat("x", MaxBody), strings.Repeat("x", MaxBody+1)
	for _, test := range []struct {
		body   io.Reader
		status int
	}{
		{strings.NewReader(fits), 200},
		{chunked{strings.NewReader(fits)}, 200},
		{strings.NewReader(over), 413},
		{chunked{strings.NewReader(over)}, 413},
	} {
		response := post(t, address+"/form", test.body)
		if response.StatusCode != test.status {
			t.Errorf("status %d, want %d", response.StatusCode, test.status)
		}
		if body := read(t, response.Body); test.status == 200 && body != fmt.Sprint(MaxBody) {
			t.Errorf("the handler saw %s bytes", body)
		}
	}
}

func TestNewApp_AFormOfAnyKindIsRead(t *testing.T) {
	app := testApp()
	app.Post("/form", func(c *fiber.Ctx) error { return c.SendString(c.FormValue("name") + string(c.Body()[:1])) })
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded": "name=%C3%85sa",
		"multipart/form-data; boundary=b":   "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nÅsa\r\n--b--\r\n",
	} {
		response := ask(t, app, "POST", "/form", strings.NewReader(body), "Content-Type: "+kind)
		if got := read(t, response.Body); got != "Åsa"+body[:1] {
			t.Errorf("%s: got %q", kind, got)
		}
	}
}

func TestFileBody_StreamsUpToItsLimit(t *testing.T) {
	app := testApp()
	app.Post("/api/v1/import", func(c *fiber.Ctx) error {
		n, err := io.Copy(io.Discard, FileBody(c))
		if err != nil {
			return err
		}
		return c.SendString(fmt.Sprint(n))
	})
	address := listen(t, app) + "/api/v1/import"
	zeros := func(n int64) io.Reader { return io.LimitReader(zero{}, n) }
	if got := read(t, post(t, address, zeros(MaxFile)).Body); got != fmt.Sprint(MaxFile) {
		t.Errorf("read %s bytes, want %d", got, MaxFile)
	}
	if got := post(t, address, zeros(MaxFile+1)).StatusCode; got != 413 {
		t.Errorf("one byte too many gave %d", got)
	}
	if got := read(t, post(t, address, nil).Body); got != "0" {
		t.Errorf("no body at all: read %s bytes", got)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What a handler leaves of a large body must not become the next request of the connection.
func TestNewApp_NeverTakesABodyForTheNextRequest(t *testing.T) {
	app := testApp()
	app.Post("/desk/files", func(c *fiber.Ctx) error { return c.SendStatus(401) })
	app.Get("/smuggled", func(c *fiber.Ctx) error { t.Error("a body was taken for a request"); return nil })
	address := listen(t, app)
	for _, path := range []string{"/desk/files", "/elsewhere"} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		smuggled := "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
		body := strings.Repeat("x", MaxBody+100) + smuggled
		go fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
		conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !response.Close {
			t.Errorf("%s: the connection stays open after %d", path, response.StatusCode)
		}
	}
}

// A handler that refuses before it has read must not cut its sender off: whoever is still sending would
// see a broken connection and never why.
func TestNewApp_AnswersWhoeverSendsAFileThatNobodyReads(t *testing.T) {
	app := testApp()
	app.Post("/desk/files", func(c *fiber.Ctx) error { return c.SendStatus(404) })
	address := listen(t, app)
	for range 10 {
		response, err := http.Post("http://"+address+"/desk/files", "application/octet-stream", strings.NewReader(strings.Repeat("x", 4*MaxBody)))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 404 {
			t.Errorf("answered %d", response.StatusCode)
		}
	}
}

func TestCrossOrigin_RefusesWhatComesFromAnotherSite(t *testing.T) {
	app := NewApp(func(c *fiber.Ctx, err error) error {
		return c.SendStatus(ProblemOf(err, english(t)).Status)
	}, slog.New(slog.DiscardHandler))
	app.Use(CrossOrigin("https://news.example.org"))
	app.All("/*", func(c *fiber.Ctx) error { return c.SendStatus(204) })
	for _, test := range []struct {
		method, path, header string
		status               int
	}{
		{"POST", "/n/subscribe", "Sec-Fetch-Site: cross-site", 403},
		{"POST", "/n/subscribe", "Sec-Fetch-Site: same-site", 403},
		{"POST", "/n/subscribe", "Sec-Fetch-Site: same-origin", 204},
		{"POST", "/n/subscribe", "Origin: https://evil.example", 403},
		{"POST", "/n/subscribe", "Origin: http://example.com", 204},
		{"POST", "/n/subscribe", "Origin: https://news.example.org", 204}, // behind a proxy that gives another Host
		{"POST", "/n/subscribe", "Origin: http://news.example.org", 403},
		{"POST", "/n/subscribe", "Accept: */*", 204},
		{"DELETE", "/desk/x", "Sec-Fetch-Site: cross-site", 403},
		{"GET", "/n", "Sec-Fetch-Site: cross-site", 204},
		{"POST", "/unsubscribe/token", "Sec-Fetch-Site: cross-site", 204},
		{"POST", "/confirm/token", "Sec-Fetch-Site: cross-site", 403},
	} {
		response := ask(t, app, test.method, "http://example.com"+test.path, nil, test.header)
		if response.StatusCode != test.status {
			t.Errorf("%s %s with %s is %d, want %d", test.method, test.path, test.header, response.StatusCode, test.status)
		}
	}
}
