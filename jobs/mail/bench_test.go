package mail_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
	"dateline/server/database/dbtest"

	gomail "github.com/wneessen/go-mail"
)

// supply is a Work that splices messages for many connections until there have been enough.
type supply struct {
	template *mail.Template
	left     *atomic.Int64
	failed   *atomic.Int64
}

func (s supply) Next(context.Context) (*mail.Message, bool) {
	n := s.left.Add(-1)
	if n < 0 {
		return nil, false
	}
	id := strconv.FormatInt(n, 10)
	to := reader
	to.Email = "r" + id + "@example.se"
	return &mail.Message{ID: id, From: "press@example.se", To: to.Email, Data: s.template.Splice(nil, to)}, true
}

func (s supply) Mark(*mail.Message) mail.Mark { return mail.NoMark }

func (s supply) Done(_ *mail.Message, o mail.Outcome) {
	if o.Class != mail.Sent {
		s.failed.Add(1)
	}
}

// tenKilobytes is the template of a message of about that size.
func tenKilobytes(b *testing.B) *mail.Template {
	b.Helper()
	r := harbour()
	r.Text.Body = strings.Repeat("Kajen kostade 7,5 miljoner – “en bra affär” för staden.\n\n", 40)
	template, err := mail.RenderRelease(r, speak(b, "sv"), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(template.Splice(nil, reader))), "bytes/message")
	return template
}

// sendAll sends b.N messages over so many connections of sender.
func sendAll(b *testing.B, sender mail.Sender, connections int) {
	b.Helper()
	work := supply{template: tenKilobytes(b), left: new(atomic.Int64), failed: new(atomic.Int64)}
	work.left.Store(int64(b.N))
	var running sync.WaitGroup
	b.ResetTimer()
	for range connections {
		running.Go(func() {
			conn, err := sender.Connect(context.Background())
			if err == nil {
				err = conn.Run(context.Background(), work)
				conn.Close()
			}
			if err != nil {
				b.Error(err)
			}
		})
	}
	running.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	if n := work.failed.Load(); n > 0 {
		b.Errorf("%d of %d failed", n, b.N)
	}
}

// BenchmarkSend compares, against one sink in this process, our sender with and without PIPELINING and
// go-mail's own. Only the ratios travel.
func BenchmarkSend(b *testing.B) {
	for _, delay := range []time.Duration{0, 10 * time.Millisecond} {
		for _, connections := range []int{1, 10} {
			name := fmt.Sprintf("/connections=%d/delay=%s", connections, delay)
			b.Run("pipelined"+name, func(b *testing.B) {
				sink := mailtest.Start(b, mailtest.Options{Discard: true, Delay: delay})
				sendAll(b, relays(b, time.Minute, sink.URL()), connections)
			})
			b.Run("lock-step"+name, func(b *testing.B) {
				sink := mailtest.Start(b, mailtest.Options{Discard: true, Delay: delay, NoPipelining: true})
				sendAll(b, relays(b, time.Minute, sink.URL()), connections)
			})
			b.Run("go-mail"+name, func(b *testing.B) {
				sink := mailtest.Start(b, mailtest.Options{Discard: true, Delay: delay})
				sendWithGoMail(b, sink.Addr(), connections)
			})
		}
	}
}

// sendWithGoMail builds and sends as go-mail does by itself, over connections that are kept.
func sendWithGoMail(b *testing.B, address string, connections int) {
	b.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		b.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		b.Fatal(err)
	}
	_, text, html, err := mail.Parts(tenKilobytes(b).Splice(nil, reader))
	if err != nil {
		b.Fatal(err)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	var running sync.WaitGroup
	b.ResetTimer()
	for range connections {
		running.Go(func() {
			client, err := gomail.NewClient(host, gomail.WithPort(number), gomail.WithTLSPolicy(gomail.NoTLS))
			if err != nil {
				b.Error(err)
				return
			}
			if err := client.DialWithContext(context.Background()); err != nil {
				b.Error(err)
				return
			}
			defer client.Close()
			for n := left.Add(-1); n >= 0; n = left.Add(-1) {
				m := gomail.NewMsg()
				m.FromFormat("Hamnen i Älvsby", "press@example.se")
				m.To("r" + strconv.FormatInt(n, 10) + "@example.se")
				m.Subject(harbour().Text.Headline)
				m.SetBodyString(gomail.TypeTextPlain, text)
				m.AddAlternativeString(gomail.TypeTextHTML, html)
				if err := client.Send(m); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkCapture is how fast mail lands in SQL, from one worker and from four.
func BenchmarkCapture(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *sql.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		for _, workers := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s/workers=%d", engine.name, workers), func(b *testing.B) {
				sendAll(b, mail.NewCapture(engine.open(b), keys, time.Now), workers)
			})
		}
	}
}

func BenchmarkSplice(b *testing.B) {
	template := tenKilobytes(b)
	var buf []byte
	for b.Loop() {
		buf = template.Splice(buf[:0], reader)
	}
}

func BenchmarkSign(b *testing.B) {
	s, _ := signer(b)
	message := tenKilobytes(b).Splice(nil, reader)
	var buf []byte
	for b.Loop() {
		var err error
		if buf, err = s.Sign(buf[:0], message); err != nil {
			b.Fatal(err)
		}
	}
}
