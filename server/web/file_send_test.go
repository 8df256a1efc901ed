package web

import (
	"bytes"

	"strings"
	"testing"
	"time"

	"dateline/releases"

	"github.com/gofiber/fiber/v2"
)

// kept is bytes that say whether they were closed.
type kept struct {
	*bytes.Reader
	closed bool
}

func (k *kept) Close() error { k.closed = true; return nil }

func fileApp(f releases.File, content *kept) *fiber.App {
	app := testApp()
	app.Get("/file", func(c *fiber.Ctx) error {
		return SendFile(c, FileAnswer{File: f, Content: content, Cache: NoCache, LastModified: time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)})
	})
	return app
}

func TestSendFile_AnswersRangesAndConditions(t *testing.T) {
	const tag, modified = `"0123456789abcdef0123456789abcdef"`, "Tue, 18 Oct 2016 04:00:00 GMT"
	file := releases.File{ID: "a", Name: "a.pdf", Type: "application/pdf", Bytes: 10, Hash: strings.Repeat("0123456789abcdef", 4)}
	for _, test := range []struct {
		headers []string
		status  int
		body    string
		ranged  string // Content-Range
	}{
		{nil, 200, "0123456789", ""},
		{[]string{"Range: bytes=0-0"}, 206, "0", "bytes 0-0/10"},
		{[]string{"Range: bytes=2-5"}, 206, "2345", "bytes 2-5/10"},
		{[]string{"Range: bytes=7-"}, 206, "789", "bytes 7-9/10"},
		{[]string{"Range: bytes=-3"}, 206, "789", "bytes 7-9/10"},
		{[]string{"Range: bytes=-100"}, 206, "0123456789", "bytes 0-9/10"},
		{[]string{"Range: bytes=5-100"}, 206, "56789", "bytes 5-9/10"},
		{[]string{"Range: bytes=10-"}, 416, "", "bytes */10"},
		{[]string{"Range: bytes=-0"}, 416, "", "bytes */10"},
		{[]string{"Range: bytes=5-2"}, 200, "0123456789", ""},
		{[]string{"Range: bytes=0-1,3-4"}, 200, "0123456789", ""},
		{[]string{"Range: bytes=--1"}, 200, "0123456789", ""},
		{[]string{"Range: bytes=+1-2"}, 200, "0123456789", ""},
		{[]string{"Range: bytes=0-99999999999999999999"}, 200, "0123456789", ""},
		{[]string{"Range: lines=0-1"}, 200, "0123456789", ""},
		{[]string{"Range: bytes=2-3", "If-Range: " + tag}, 206, "23", "bytes 2-3/10"},
		{[]string{"Range: bytes=2-3", `If-Range: "other"`}, 200, "0123456789", ""},
		{[]string{"Range: bytes=2-3", "If-Range: " + modified}, 206, "23", "bytes 2-3/10"},
		{[]string{"Range: bytes=2-3", "If-Range: Tue, 18 Oct 2016 04:00:01 GMT"}, 200, "0123456789", ""},
		{[]string{"If-None-Match: " + tag}, 304, "", ""},
		{[]string{"If-None-Match: " + tag, "Range: bytes=2-3"}, 304, "", ""},
		{[]string{"If-Modified-Since: " + modified}, 304, "", ""},
		{[]string{`If-Match: "other"`}, 412, "", ""},
	} {
		content := &kept{Reader: bytes.NewReader([]byte("0123456789"))}
		response := ask(t, fileApp(file, content), "GET", "/file", nil, test.headers...)
		body := read(t, response.Body)
		if response.StatusCode != test.status || body != test.body || response.Header.Get("Content-Range") != test.ranged {
			t.Errorf("%v: %d %q %q", test.headers, response.StatusCode, body, response.Header.Get("Content-Range"))
		}
		if response.Header.Get("ETag") != tag || response.Header.Get("Last-Modified") != modified || response.Header.Get("Accept-Ranges") != "bytes" {
			t.Errorf("%v: %v", test.headers, response.Header)
		}
		if !content.closed {
			t.Errorf("%v leaves the file open", test.headers)
		}
	}
}

func TestSendFile_HEADIsGETWithoutTheBody(t *testing.T) {
	file := releases.File{Name: "a.pdf", Type: "application/pdf", Bytes: 10, Hash: "abc"}
	content := &kept{Reader: bytes.NewReader([]byte("0123456789"))}
	response := ask(t, fileApp(file, content), "HEAD", "/file", nil, "Range: bytes=0-1")
	if response.StatusCode != 200 || response.ContentLength != 10 || response.Header.Get("Content-Type") != "application/pdf" || read(t, response.Body) != "" || !content.closed {
		t.Errorf("%d, %v, closed %v", response.StatusCode, response.Header, content.closed)
	}
}

func TestSendFile_NeverLetsAFileActUnderOurName(t *testing.T) {
	for mediaType, inline := range map[string]bool{
		"image/jpeg": true, "application/pdf": true, "video/mp4": true,
		"text/html; charset=utf-8": false, "image/svg+xml": false, "application/xhtml+xml": false, "text/xml; charset=utf-8": false,
		"text/javascript": false, "application/vnd.microsoft.portable-executable": false, "application/octet-stream": false, "text/plain; charset=utf-8": false, "": false,
	} {
		file := releases.File{Name: "a", Type: mediaType, Bytes: 1, Hash: "abc"}
		header := ask(t, fileApp(file, &kept{Reader: bytes.NewReader([]byte("x"))}), "GET", "/file", nil).Header
		if got := strings.HasPrefix(header.Get("Content-Disposition"), "inline;"); got != inline {
			t.Errorf("%s: %s", mediaType, header.Get("Content-Disposition"))
		}
		policy := header.Get("Content-Security-Policy")
		if header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script-src") {
			t.Errorf("%s: %v", mediaType, header)
		}
		if sandboxed := strings.Contains(policy, "sandbox"); sandboxed == (mediaType == "application/pdf") {
			t.Errorf("%s: %s", mediaType, policy)
		}
	}
}

func TestSendFile_NamesTheFileForEveryProgram(t *testing.T) {
	for name, want := range map[string]string{
		"a.pdf":             `attachment; filename="a.pdf"; filename*=UTF-8''a.pdf`,
		"Bild älven 1.tiff": `attachment; filename="Bild _lven 1.tiff"; filename*=UTF-8''Bild%20%C3%A4lven%201.tiff`,
		`a"; x="b.zip`:      `attachment; filename="a_; x=_b.zip"; filename*=UTF-8''a%22%3B%20x%3D%22b.zip`,
		"a+b%20.zip":        `attachment; filename="a+b_20.zip"; filename*=UTF-8''a%2Bb%2520.zip`,
		"a\r\nX: y":         `attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y`,
	} {
		if got := disposition(releases.File{Name: name}); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", name, got, want)
		}
	}
}

func FuzzReadRange(f *testing.F) {
	for _, seed := range []string{"bytes=0-1", "bytes=-1", "bytes=1-", "bytes=9-3", "bytes= 1 - 2", "bytes=0-,", "x"} {
		f.Add(seed, int64(10))
	}
	f.Fuzz(func(t *testing.T, asked string, size int64) {
		if size < 1 {
			return
		}
		first, length, status := readRange(asked, size)
		if status == 206 && (first < 0 || length < 1 || first+length > size) {
			t.Errorf("%q of %d is %d bytes from %d", asked, size, length, first)
		}
	})
}
