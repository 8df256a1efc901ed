package newsroom

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"dateline/server/database/dbtest"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// BenchmarkServe compares a feed from the cache, whole and not modified, with the same server giving
// a constant string of the same length, over connections that are kept.
func BenchmarkServe(b *testing.B) {
	p := openDalarna(b, dbtest.SQLite(b))
	for i := range feedLength {
		text := sampleText()
		text.Headline = fmt.Sprint(text.Headline, i)
		p.publish(text)
	}
	const path = "/dalarna/feed.atom"
	feed := p.get(path)
	app := web.NewApp(p.site.Error, slog.New(slog.DiscardHandler))
	app.Get("/constant", func(c *fiber.Ctx) error { return c.SendString(feed.body) })
	p.site.Register(app)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go app.Listener(listener)
	b.Cleanup(func() { app.Shutdown() })

	plain := []byte("GET /constant HTTP/1.1\r\nHost: press.example\r\n\r\n")
	whole := []byte("GET " + path + " HTTP/1.1\r\nHost: press.example\r\n\r\n")
	unchanged := []byte("GET " + path + " HTTP/1.1\r\nHost: press.example\r\nIf-None-Match: " + feed.header.Get("ETag") + "\r\n\r\n")
	conns := make([]net.Conn, 16)
	for i := range conns {
		if conns[i], err = net.Dial("tcp", listener.Addr().String()); err != nil {
			b.Fatal(err)
		}
		defer conns[i].Close()
	}
	// In turns, so that whatever else the machine does falls on all three alike.
	var constant, cached, notModified time.Duration
	for b.Loop() {
		constant += volley(b, conns, plain, http.StatusOK)
		cached += volley(b, conns, whole, http.StatusOK)
		notModified += volley(b, conns, unchanged, http.StatusNotModified)
	}
	b.ReportMetric(float64(b.N*len(conns)*perVolley)/constant.Seconds(), "constant/s")
	b.ReportMetric(constant.Seconds()/cached.Seconds(), "feed:constant")
	b.ReportMetric(constant.Seconds()/notModified.Seconds(), "304:constant")
}

// perVolley is how many requests each connection makes in a turn.
const perVolley = 50

// volley has every connection make its requests, all at the same time.
func volley(b *testing.B, conns []net.Conn, request []byte, status int) time.Duration {
	var all sync.WaitGroup
	began := time.Now()
	for _, conn := range conns {
		all.Go(func() {
			answers := bufio.NewReaderSize(conn, 64<<10)
			for range perVolley {
				if err := roundTrip(conn, answers, request, status); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

func roundTrip(conn net.Conn, answers *bufio.Reader, request []byte, status int) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	response, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	if response.StatusCode != status {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
