package web

import (
	"bytes"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// testApp is an app whose errors are answered with their status alone.
func testApp() *fiber.App {
	return NewApp(fiber.DefaultErrorHandler, slog.New(slog.DiscardHandler))
}

// ask sends a request with headers given as "Name: value".
func ask(t *testing.T, app *fiber.App, method, address string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequest(method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	response, err := app.Test(request, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var text = strings.Repeat("Länsstyrelsen finns nära människorna i varje län. ", 100)

func documentApp() *fiber.App {
	app := testApp()
	app.Get("/page", func(c *fiber.Ctx) error {
		return Send(c, Document{
			Body: []byte(text), Type: TypeHTML, Cache: NoCache,
			LastModified: time.Date(2016, 10, 18, 4, 0, 0, 123_000_000, time.UTC),
		})
	})
	return app
}

func TestSend_EncodesAsTheClientWouldHaveIt_WithATagForEach(t *testing.T) {
	app, tags := documentApp(), map[string]string{}
	for accept, want := range map[string]string{
		"": "", "identity": "", "gzip": "gzip", "gzip, br": "br", "br;q=0.1, gzip;q=0.9": "gzip",
		"*": "br", "br;q=0, *": "gzip", "gzip;q=0": "", "zstd": "", "deflate, gzip;q=1.0, *;q=0": "gzip",
	} {
		response := ask(t, app, "GET", "/page", nil, "Accept-Encoding: "+accept)
		coding := response.Header.Get("Content-Encoding")
		if coding != want {
			t.Errorf("Accept-Encoding %q gave %q, want %q", accept, coding, want)
		}
		if got := decoded(t, response); got != text {
			t.Errorf("Accept-Encoding %q: the body is not what was rendered", accept)
		}
		if got := response.Header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: Vary is %q", accept, got)
		}
		tag := response.Header.Get("ETag")
		if known, ok := tags[coding]; ok && known != tag {
			t.Errorf("%q has two tags, %s and %s", coding, known, tag)
		}
		tags[coding] = tag
	}
	if tags[""] == tags["gzip"] || tags["gzip"] == tags["br"] || tags[""] == tags["br"] {
		t.Errorf("encodings share a tag: %v", tags)
	}
}

func decoded(t *testing.T, response *http.Response) string {
	t.Helper()
	body, err := decode(response.Body, coding(response.Header.Get("Content-Encoding")))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestSend_AnswersConditions_InTheOrderOfTheStandard(t *testing.T) {
	app := documentApp()
	tag := ask(t, app, "GET", "/page", nil).Header.Get("ETag")
	const before, at, after = "Tue, 18 Oct 2016 03:59:59 GMT", "Tue, 18 Oct 2016 04:00:00 GMT", "Tue, 18 Oct 2016 04:00:01 GMT"
	for _, test := range []struct {
		headers []string
		status  int
	}{
		{nil, 200},
		{[]string{"If-None-Match: " + tag}, 304},
		{[]string{"If-None-Match: W/" + tag}, 304},
		{[]string{`If-None-Match: "other", ` + tag}, 304},
		{[]string{"If-None-Match: *"}, 304},
		{[]string{`If-None-Match: "other"`}, 200},
		{[]string{"If-Modified-Since: " + at}, 304},
		{[]string{"If-Modified-Since: " + after}, 304},
		{[]string{"If-Modified-Since: " + before}, 200},
		{[]string{"If-Modified-Since: yesterday"}, 200},
		{[]string{"If-Modified-Since: " + time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}, 200},
		{[]string{`If-None-Match: "other"`, "If-Modified-Since: " + after}, 200},
		{[]string{"If-None-Match: " + tag, "If-Modified-Since: " + before}, 304},
		{[]string{"If-Match: " + tag}, 200},
		{[]string{"If-Match: *"}, 200},
		{[]string{`If-Match: "other"`}, 412},
		{[]string{"If-Unmodified-Since: " + before}, 412},
		{[]string{"If-Unmodified-Since: " + at}, 200},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			response := ask(t, app, method, "/page", nil, test.headers...)
			if response.StatusCode != test.status {
				t.Errorf("%s with %v is %d, want %d", method, test.headers, response.StatusCode, test.status)
			}
			if body := read(t, response.Body); response.StatusCode != 200 && body != "" {
				t.Errorf("%s with %v has a body: %q", method, test.headers, body)
			}
			for _, header := range []string{"ETag", "Vary", "Cache-Control", "Last-Modified"} {
				if response.Header.Get(header) == "" {
					t.Errorf("%s with %v lacks %s", method, test.headers, header)
				}
			}
		}
	}
}

func TestSend_HeadEqualsGet(t *testing.T) {
	app := documentApp()
	for _, accept := range []string{"", "gzip", "br"} {
		get := ask(t, app, "GET", "/page", nil, "Accept-Encoding: "+accept)
		head := ask(t, app, "HEAD", "/page", nil, "Accept-Encoding: "+accept)
		get.Header.Del("Date")
		head.Header.Del("Date")
		for name := range get.Header {
			if g, h := get.Header.Get(name), head.Header.Get(name); g != h {
				t.Errorf("%s: GET says %q, HEAD %q", name, g, h)
			}
		}
		if get.ContentLength != head.ContentLength || read(t, head.Body) != "" {
			t.Errorf("HEAD's length is %d, GET's %d", head.ContentLength, get.ContentLength)
		}
	}
}

func TestEncodings_MakeEachOnce_AndForgetTheOldestWhenFull(t *testing.T) {
	e := newEncodings(3000)
	body := func(letter byte) []byte {
		// Hard to compress, so that each takes about a third of the limit.
		b := make([]byte, 1000)
		for i := range b {
			b[i] = byte(i*i*7) ^ letter ^ byte(i>>3*int(letter))
		}
		return b
	}
	get := func(letter byte) []byte {
		encoded, err := e.get(encodingKey{sha256.Sum256(body(letter)), gzipped}, body(letter))
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	first := get('a')
	if again := get('a'); &first[0] != &again[0] {
		t.Error("the same content was encoded twice")
	}
	for letter := byte('b'); letter < 'z'; letter++ {
		get(letter)
		if e.bytes > e.limit {
			t.Fatalf("%d bytes are kept, the limit is %d", e.bytes, e.limit)
		}
	}
	if again := get('a'); &first[0] == &again[0] || !bytes.Equal(first, again) {
		t.Error("the oldest was not made anew, or came out otherwise")
	}
}

func FuzzSend_AnyHeadersGiveAWholeAnswer(f *testing.F) {
	f.Add("gzip;q=0.5, br", `W/"x", *`, "Tue, 18 Oct 2016 04:00:00 GMT")
	f.Add(";;;q=,", `"`, "")
	app := documentApp()
	f.Fuzz(func(t *testing.T, accept, none, since string) {
		request, err := http.NewRequest("GET", "/page", nil)
		if err != nil {
			t.Fatal(err)
		}
		printable := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r < ' ' || r > '~' {
					return -1
				}
				return r
			}, s)
		}
		request.Header.Set("Accept-Encoding", printable(accept))
		request.Header.Set("If-None-Match", printable(none))
		request.Header.Set("If-Modified-Since", printable(since))
		response, err := app.Test(request, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		switch body := decoded(t, response); response.StatusCode {
		case 200:
			if body != text {
				t.Error("half an answer")
			}
		case 304:
		default:
			t.Errorf("status %d", response.StatusCode)
		}
	})
}
