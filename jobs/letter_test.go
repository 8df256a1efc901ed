package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
	"dateline/server/database/dbtest"
)

func TestLetter_AskedForInMidFanout_LeavesWithinASecondHoweverFewConnectionsThereAre(t *testing.T) {
	for name, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "postgres": dbtest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			const readers, connections = 3000, 2
			came := make(chan string, 1)
			smtp := mailtest.Start(t, mailtest.Options{Discard: true, Delay: 5 * time.Millisecond, Answer: func(e mailtest.Event) string {
				if e.Step == mailtest.End && strings.HasPrefix(e.To, "eva") {
					came <- e.To
				}
				return ""
			}})
			sender := mail.NewSMTP([]mail.Relay{relayOf(t, smtp, connections)}, "localhost", time.Minute)
			t.Cleanup(func() { sender.Close() })
			h := newHouse(t, open(t), inProcess(t))
			h.subscribe(readers)
			h.scheduled(time.Second)
			e := h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.Sender, s.Workers = sender, connections })
			smtp.WaitFor(t, 100)
			for i := range 3 {
				asked, to := time.Now(), fmt.Sprintf("eva%d@example.se", i)
				letter := jobs.Letter{NewsroomID: h.newsroom.ID, Kind: "confirm", Recipient: to, Language: "sv", Data: map[string]string{"subscriber": "x"}}
				if err := e.Post(t.Context(), letter); err != nil {
					t.Fatal(err)
				}
				if got := <-came; got != to {
					t.Fatalf("%s got mail before %s", got, to)
				}
				if took := time.Since(asked); took > time.Second {
					t.Errorf("letter %d left after %v", i, took)
				}
			}
			if n := smtp.Count(); n >= readers {
				t.Errorf("the mailing was over by then: %d", n)
			}
		})
	}
}

func TestLetter_UnderWayAtACrash_IsSentAgain_ButNotASixthTime(t *testing.T) {
	for before, want := range map[int]string{3: jobs.Sent, 4: jobs.Unknown} {
		t.Run(fmt.Sprint(before, " crashes before"), func(t *testing.T) {
			each(t, func(h *house) {
				h.exec(`INSERT INTO letters (id, newsroom_id, kind, recipient, language, data, state, lease, free_at, attempts, doubts, losses, code, reason, created_at)
					VALUES ('letter', $1, 'confirm', 'eva@example.se', 'sv', '{"subscriber":"x"}', 'sending', 'lost', 0, $2, $2, 0, '', '', 0)`, h.newsroom.ID, before)
				h.engine()
				time.Sleep(time.Minute)
				var state string
				var attempts, doubts int
				if err := h.db.QueryRow(`SELECT state, attempts, doubts FROM letters`).Scan(&state, &attempts, &doubts); err != nil {
					h.t.Fatal(err)
				}
				if got := len(h.relay.received()); state != want || doubts != before+1 || (want == jobs.Sent) != (got == 1) || want == jobs.Sent && attempts != before+2 {
					h.t.Errorf("%s at attempt %d after %d doubts, %d got", state, attempts, doubts, got)
				}
			})
		})
	}
}
