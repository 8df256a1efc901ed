package jobs_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/textproto"
	"net/url"
	"sync"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
	"dateline/releases"
	"dateline/server/database/dbtest"
)

// wiredConnections is how many connections a wired house's engine has to its relay.
const wiredConnections = 4

// wired is a house that mails in real time, by connections to a server that can misbehave, and a release
// whose mailing has begun.
func wired(t *testing.T, address string, smtp *mailtest.Server, readers int) (*house, releases.Release) {
	t.Helper()
	relay := relayOf(t, smtp, wiredConnections)
	relay.Retry.Waits = []time.Duration{100 * time.Millisecond}
	sender := mail.NewSMTP([]mail.Relay{relay}, "localhost", time.Minute)
	t.Cleanup(func() { sender.Close() })
	h := newHouse(t, address, inProcess(t))
	h.subscribe(readers)
	r := h.scheduled(time.Second)
	h.engine(func(d *jobs.Deps, s *jobs.Settings) {
		d.Sender, s.Workers, s.Lease = sender, wiredConnections, 5*time.Second
	})
	return h, r
}

// relayOf is a server as a relay that takes so many connections at once.
func relayOf(t testing.TB, smtp *mailtest.Server, connections int) mail.Relay {
	t.Helper()
	address, err := url.Parse(fmt.Sprintf("%s&connections=%d", smtp.URL(), connections))
	if err != nil {
		t.Fatal(err)
	}
	relay, err := mail.ParseRelay(address)
	if err != nil {
		t.Fatal(err)
	}
	return relay
}

// wantTotals waits until a mailing is done and fails unless each of so many readers has a mail or is
// counted as unknown, and whoever has more than one is counted and could take them for one. It gives how
// many came too often.
func (h *house) wantTotals(r releases.Release, smtp *mailtest.Server, readers int) (doubles int) {
	h.t.Helper()
	d := h.done(r.ID, 5*time.Minute) // a healthy run needs seconds
	ids := map[string]string{}
	for _, m := range smtp.Messages() {
		if m.To == press {
			continue
		}
		header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(m.Data))).ReadMIMEHeader()
		if err != nil {
			h.t.Fatal(err)
		}
		id := header.Get("Message-ID")
		if first, again := ids[m.To]; again {
			doubles++
			if id != first {
				h.t.Errorf("%s got %s and %s", m.To, first, id)
			}
		}
		ids[m.To] = id
	}
	if d.Sent+d.Unknown != readers || len(ids)+d.Unknown < readers || doubles > d.UnknownRetried {
		h.t.Errorf("%d of %d got mail, %d came twice: %+v", len(ids), readers, doubles, d)
	}
	return doubles
}

func TestFanout_ConnectionsResetAtRandom_SkipsNobodyAndCountsTheDoubles(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "postgres": dbtest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const readers, resets = 2000, 6
			smtp := mailtest.Start(t, mailtest.Options{Answer: func(e mailtest.Event) string {
				switch lot := rand.IntN(1000); {
				case e.To == press || lot > 1:
					return ""
				case e.Step == mailtest.End:
					return mailtest.Lose
				default:
					return mailtest.Drop
				}
			}})
			h, r := wired(t, open(t), smtp, readers)
			for i := range resets {
				smtp.WaitFor(t, i*readers/resets+rand.IntN(readers/resets))
				smtp.HangUp()
			}
			doubles := h.wantTotals(r, smtp, readers)
			if most := smtp.Connections(); doubles > most { // one in the air on each
				t.Errorf("%d doubles on %d connections", doubles, most)
			}
		})
	}
}

func TestFanout_TheRelayAnswers421ForAWhile_MailsEverybodyOnce(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "postgres": dbtest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const readers, before = 2000, 700
			var smtp *mailtest.Server
			ready := make(chan struct{})
			closed := sync.OnceValue(time.Now) // from the first that is refused
			smtp = mailtest.Start(t, mailtest.Options{Answer: func(e mailtest.Event) string {
				<-ready
				if smtp.Count() < before || e.Step == mailtest.End || e.Step == mailtest.Body || time.Since(closed()) > 5*time.Second {
					return ""
				}
				return "421 4.7.0 not now"
			}})
			close(ready)
			h, r := wired(t, open(t), smtp, readers)
			if doubles := h.wantTotals(r, smtp, readers); doubles > 0 {
				t.Errorf("%d came twice", doubles)
			}
			if d := h.dispatch(r.ID); d.Sent != readers || d.UnknownRetried > 0 {
				t.Errorf("done: %+v", d)
			}
		})
	}
}

func TestFanout_PostgresRestartedInTheMiddle_SkipsNobodyAndCountsTheDoubles(t *testing.T) {
	t.Parallel()
	const readers, restarts = 4000, 3
	server := dbtest.StartServer(t)
	smtp := mailtest.Start(t, mailtest.Options{})
	h, r := wired(t, server.Address(), smtp, readers)
	for i := range restarts {
		smtp.WaitFor(t, (i+1)*readers/(restarts+1)+rand.IntN(200))
		server.Restart()
	}
	h.ledger = jobs.NewLedger(h.open(), time.Now) // the pool still holds connections that were cut off
	doubles := h.wantTotals(r, smtp, readers)
	if most := restarts * wiredConnections * jobs.Depth; doubles > most {
		t.Errorf("%d doubles after %d restarts, want at most %d", doubles, restarts, most)
	}
}
