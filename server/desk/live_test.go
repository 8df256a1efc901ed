package desk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/server/auth"
)

// events opens a stream over a connection, as a browser does, and gives its lines.
func (p *person) events(path string) (*http.Response, *bufio.Scanner) {
	p.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	go p.app.Listener(listener)
	request, err := http.NewRequestWithContext(p.t.Context(), "GET", "http://"+listener.Addr().String()+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range p.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { response.Body.Close(); p.app.ShutdownWithTimeout(time.Second) })
	return response, bufio.NewScanner(response.Body)
}

// until reads lines until one holds a text; false when the stream ended first.
func until(lines *bufio.Scanner, text string) bool {
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			return true
		}
	}
	return false
}

func TestStream_ShowsWhatChangesAndEndsWithTheDispatch(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(approver.write("Rubriken"), "/desk/releases/"))
	response, lines := approver.events(at + "/events")
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || kind != "text/event-stream; charset=utf-8" {
		t.Fatalf("%d %s", response.StatusCode, kind)
	}
	if !until(lines, "event: parts") || !until(lines, "<strong>4</strong> of 7 recipients") {
		t.Fatal("the stream doesn't begin with how it stands")
	}
	if _, err := o.db.Exec(`UPDATE deliveries SET state = 'sent' WHERE state = 'queued'`); err != nil {
		t.Fatal(err)
	}
	if !until(lines, "<strong>6</strong> of 7 recipients") {
		t.Fatal("what changed isn't shown")
	}
	if _, err := o.db.Exec(`UPDATE dispatches SET state = 'done', done_at = started_at`); err != nil {
		t.Fatal(err)
	}
	if !until(lines, "event: over") {
		t.Fatal("the end isn't told")
	}
	if until(lines, "event:") || lines.Err() != nil {
		t.Errorf("the stream goes on after its end: %v", lines.Err())
	}
}

func TestDispatch_TellsWhatRestsWhileItIsSendingAndNotOnceItIsPaused(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(approver.write("Rubriken"), "/desk/releases/"))
	if _, err := o.db.Exec(`INSERT INTO rests (scope, name, code, reason, since, until, strikes) VALUES ('domain', 'blocked.example', '550 5.7.1', 'go away', $1, $2, 1)`,
		o.at.UnixMilli(), o.at.Add(time.Hour).UnixMilli()); err != nil {
		t.Fatal(err)
	}
	approver.get(at).says(t, "blocked.example", "550 5.7.1 go away")
	if _, err := o.db.Exec(`UPDATE dispatches SET state = 'paused'`); err != nil {
		t.Fatal(err)
	}
	if a := approver.get(at); strings.Contains(a.body, "blocked.example") {
		t.Errorf("it is said to hold up a dispatch that waits for somebody:\n%s", shorten(a.body))
	}
}

func TestStream_EndsWhenTheDeskCloses(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(writer.write("Rubriken"), "/desk/releases/"))
	_, lines := writer.events(at + "/events")
	if !until(lines, "event: parts") {
		t.Fatal("no stream")
	}
	o.Close()
	if until(lines, "event: over") {
		t.Error("a page is told that the dispatch is over, when it's the server that ends")
	}
	if lines.Err() != nil {
		t.Errorf("the stream was cut off: %v", lines.Err())
	}
	if a := writer.get(at + "/events"); a.status != http.StatusTooManyRequests {
		t.Errorf("after closing: %d", a.status)
	}
}

func TestStream_ToAWriter_OffersNothingAndNamesNobody(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(writer.write("Rubriken"), "/desk/releases/"))
	o.at = o.at.Add(time.Second)
	_, lines := writer.events(at + "/events")
	if !until(lines, "event: parts") {
		t.Fatal("no stream")
	}
	for lines.Scan() && lines.Text() != "" {
		if strings.Contains(lines.Text(), "<form") || strings.Contains(lines.Text(), "@example.se") {
			t.Error(lines.Text())
		}
	}
}

// watchesOf makes watches whose sources look reads, and counts how often.
func watchesOf(t *testing.T, look func(reads int32, s *snapshot) error) (*watches, *atomic.Int32) {
	reads := &atomic.Int32{}
	w := newWatches(func(_ context.Context, _ source, s *snapshot) error { return look(reads.Add(1), s) }, time.Now)
	t.Cleanup(w.close)
	return w, reads
}

func TestWatches_ManyFollowers_HaveOneReaderThatEndsWithThem(t *testing.T) {
	w, reads := watchesOf(t, func(n int32, s *snapshot) error {
		s.dispatch = jobs.Dispatch{ID: "d", Sent: int(n)}
		return nil
	})
	var leave []func()
	var all []<-chan snapshot
	for i := range 50 {
		snapshots, end, err := w.follow(source{dispatch: "d"}, fmt.Sprint("officer", i))
		if err != nil {
			t.Fatal(err)
		}
		all, leave = append(all, snapshots), append(leave, end)
	}
	for _, snapshots := range all {
		<-snapshots
	}
	if n := reads.Load(); n > 3 {
		t.Errorf("50 followers cost %d reads", n)
	}
	for _, end := range leave {
		end()
		end() // twice does no harm
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.by) != 0 || w.streams != 0 || len(w.own) != 0 {
		t.Errorf("left behind: %d watches, %d streams, %d officers", len(w.by), w.streams, len(w.own))
	}
}

func TestWatches_AreBounded(t *testing.T) {
	w, _ := watchesOf(t, func(int32, *snapshot) error { return nil })
	for range maxOwn {
		if _, _, err := w.follow(source{release: "r"}, "anna"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := w.follow(source{release: "r"}, "anna"); !errors.Is(err, errTooMany) {
		t.Errorf("one officer's %d streams: %v", maxOwn+1, err)
	}
	for i := range maxStreams - maxOwn {
		if _, _, err := w.follow(source{release: "r"}, fmt.Sprint("officer", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := w.follow(source{release: "r"}, "bo"); !errors.Is(err, errTooMany) {
		t.Errorf("%d streams: %v", maxStreams+1, err)
	}
}

func TestWatches_OfWhatCantBeRead_EndTheirStreams(t *testing.T) {
	w, reads := watchesOf(t, func(int32, *snapshot) error { return errors.New("away") })
	snapshots, leave, err := w.follow(source{dispatch: "d"}, "anna")
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	if _, open := <-snapshots; open || reads.Load() != 3 {
		t.Errorf("open %v after %d reads", open, reads.Load())
	}
}
