package main

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail/mailtest"
)

// On Postgres others can't know that a worker is dead before its leases end, so that each kill costs as
// long as a lease: fewer of them.
func TestFanOut_KilledAtRandom_SkipsNobodyAndCountsTheDoubles(t *testing.T) {
	engines(t, mailtest.Options{HeaderOnly: true}, func(t *testing.T, p *process, _ *redisServer, smtp *mailtest.Server) {
		readers, kills := 8000, 25
		if strings.HasPrefix(p.env["DATELINE_DATABASE"], "postgres") {
			readers, kills = 3000, 4
		}
		const connections = 10 // a relay's default
		p.start()
		c := p.client("admin")
		makeNewsroom(c, readers)
		id, _ := scheduleCorpus(t, c, 2*time.Second)
		instants := make([]int, kills) // by how many have left
		for i := range instants {
			instants[i] = rand.IntN(readers)
		}
		slices.Sort(instants)
		t.Logf("killed at %v", instants)
		for _, left := range instants {
			smtp.WaitFor(t, left)
			p.kill()
			p.start()
		}

		done := waitUntilDone(t, c, id)
		again := sentAgain(c, done["id"].(string))
		mails, doubles := map[string]string{}, 0 // Message-IDs
		for _, received := range releaseMails(smtp) {
			message, err := mail.ReadMessage(bytes.NewReader(received.Data))
			if err != nil {
				t.Fatal(err)
			}
			this := message.Header.Get("Message-Id")
			if first, is := mails[received.To]; is {
				doubles++
				if this != first || !again[received.To] {
					t.Errorf("%s was mailed twice, as %s and %s, and it is counted: %v", received.To, first, this, again[received.To])
				}
			}
			mails[received.To] = this
		}
		// One in doubt at five kills ends as unknown: it isn't tried for ever. It must have got a mail all the same.
		ended := done["sent"].(float64) + done["unknown"].(float64)
		if len(mails) != readers || ended != float64(readers) || done["unknown_retried"] != float64(len(again)) {
			t.Errorf("%d of %d have a mail, %d were sent again: %v", len(mails), readers, len(again), done)
		}
		t.Logf("%d kills, %d doubles, %d in doubt", kills, doubles, len(again))
		if most := kills * connections * jobs.Depth; doubles > most {
			t.Errorf("%d doubles after %d kills, want at most %d", doubles, kills, most)
		}
	})
}

// sentAgain are the recipients of a dispatch who, as the ledger has it, may have got it twice.
func sentAgain(c client, dispatch string) map[string]bool {
	c.t.Helper()
	request, err := http.NewRequest("GET", c.base+"/api/v1/dispatches/"+dispatch+"/outcomes.csv", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	rows, err := csv.NewReader(response.Body).ReadAll()
	if err != nil || response.StatusCode != http.StatusOK {
		c.t.Fatalf("the outcomes: %d, %v", response.StatusCode, err)
	}
	column := slices.Index(rows[0], "sent_again")
	again := map[string]bool{}
	for _, row := range rows[1:] {
		if row[column] == "true" {
			again[row[0]] = true
		}
	}
	return again
}
