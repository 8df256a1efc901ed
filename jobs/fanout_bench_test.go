package jobs_test

import (
	"context"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/server/database/dbtest"
)

// BenchmarkFanout is what the ledger lets through to ten connections that cost nothing, on SQLite and
// Postgres: 20,000 recipients an operation.
func BenchmarkFanout(b *testing.B) {
	for name, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "postgres": dbtest.PostgresAddress} {
		b.Run(name, func(b *testing.B) {
			const people = 20000
			h := newHouse(b, open(b), inProcess(b))
			h.subscribe(people)
			h.engine(func(d *jobs.Deps, s *jobs.Settings) {
				d.Sender = null{}
				s.Workers = 10
			})
			var spent time.Duration
			for b.Loop() {
				r := h.scheduled(3 * time.Second)
				d := h.done(r.ID, time.Minute)
				spent += d.LastSentAt.Sub(d.StartedAt)
			}
			b.ReportMetric(float64(people*b.N)/spent.Seconds(), "messages/s")
		})
	}
}

// null is a Sender that accepts everything at once.
type null struct{}

func (null) Rests() []mail.Rest                         { return nil }
func (null) Relay() mail.Relay                          { return mail.Relay{} }
func (null) Connect(context.Context) (mail.Conn, error) { return null{}, nil }
func (null) Check(context.Context) error                { return nil }
func (null) Close() error                               { return nil }

func (null) Run(ctx context.Context, work mail.Work) error {
	m, ok := work.Next(ctx)
	if !ok {
		return nil
	}
	mark := work.Mark(m)
	for ok {
		if err := mark.Wait(); err != nil {
			return err
		}
		ahead, more := work.Next(ctx)
		if more {
			mark = work.Mark(ahead)
		}
		work.Done(m, mail.Outcome{Class: mail.Sent, Code: 250, Enhanced: "2.0.0", Text: "queued"})
		m, ok = ahead, more
	}
	return nil
}
