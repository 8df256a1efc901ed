package main

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	dlmail "dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
	"dateline/server/database/dbtest"
)

// corpus is the real press release of the project's shared folder, taken apart.
type corpus struct {
	headline, lede, body, boilerplate string
	contact                           map[string]string
}

func readCorpus(t *testing.T) corpus {
	t.Helper()
	raw, err := os.ReadFile("../../shared/corpus/lansstyrelsen-dalarna-2016-10-18.sv.txt")
	if err != nil {
		t.Fatal(err)
	}
	paragraphs := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(raw), "\r\n", "\n")), "\n\n")
	if len(paragraphs) != 12 {
		t.Fatalf("the corpus has %d paragraphs", len(paragraphs))
	}
	about := strings.SplitN(paragraphs[11], "\n", 2)
	contact := strings.Split(paragraphs[10], "\n")
	return corpus{
		headline:    paragraphs[1],
		lede:        paragraphs[4],
		body:        paragraphs[3] + "\n\n" + strings.Join(paragraphs[5:10], "\n\n"),
		boilerplate: about[1],
		contact: map[string]string{
			"name": contact[1], "role": "Sakkunnig handläggare",
			"phone": strings.TrimPrefix(contact[2], "tel: "), "email": strings.TrimPrefix(contact[3], "mail: "),
		},
	}
}

// engines runs a test on both databases, with a Redis of its own and an SMTP server of the test's.
func engines(t *testing.T, relay mailtest.Options, test func(t *testing.T, p *process, redis *redisServer, smtp *mailtest.Server)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			redis, smtp := startRedis(t), mailtest.Start(t, relay)
			settings := map[string]string{"DATELINE_REDIS": redis.url(), "DATELINE_SMTP": smtp.URL()}
			if engine == "postgres" {
				settings["DATELINE_DATABASE"] = dbtest.PostgresAddress(t)
			}
			test(t, newProcess(t, settings), redis, smtp)
		})
	}
}

// makeNewsroom makes one with subscribers reader0@..., every second reading English.
func makeNewsroom(c client, readers int) {
	c.t.Helper()
	c.call("POST", "/newsrooms", http.StatusCreated, map[string]any{
		"slug": "dalarna", "name": "Länsstyrelsen Dalarna", "language": "sv", "zone": "Europe/Stockholm",
		"email_from": "press@dalarna.example", "reply_to": "svar@dalarna.example", "topics": []string{"Mänskliga rättigheter"},
	})
	var csv strings.Builder
	csv.WriteString("email,name,language,consent\n")
	for i := range readers {
		fmt.Fprintf(&csv, "reader%d@tidning.example,Läsare %d,%s,asked for it\n", i, i, []string{"sv", "en"}[i%2])
	}
	done := c.send("POST", "/newsrooms/dalarna/subscribers/import", "text/csv", []byte(csv.String()), http.StatusOK)
	if done["added"] != float64(readers) {
		c.t.Fatalf("the import answered %v", done)
	}
}

// scheduleCorpus takes the corpus's release to scheduled, its lift a local time in Stockholm, so soon after that.
func scheduleCorpus(t *testing.T, c client, in time.Duration) (id, address string) {
	t.Helper()
	text := readCorpus(t)
	made := c.call("POST", "/newsrooms/dalarna/releases", http.StatusCreated, map[string]any{
		"headline": text.headline, "lede": text.lede, "body": text.body, "dateline": "Falun", "language": "sv", "kind": "press-release",
		"topics": []string{"Mänskliga rättigheter"}, "contacts": []any{text.contact}, "boilerplate": text.boilerplate,
	})
	id = made["id"].(string)
	c.call("POST", "/releases/"+id+"/submit", http.StatusOK, nil)
	c.call("POST", "/releases/"+id+"/approve", http.StatusOK, map[string]any{"version": made["version"]})
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	lift := soon(in)
	scheduled := c.call("POST", "/releases/"+id+"/schedule", http.StatusOK, map[string]any{
		"lift_at": lift.In(zone).Format("2006-01-02T15:04:05"), "zone": "Europe/Stockholm",
	})
	if scheduled["lift_at"] != lift.UTC().Format("2006-01-02T15:04:05.000Z") || scheduled["state"] != "scheduled" {
		t.Fatalf("scheduled for %s, it is %v and lifts at %v", lift, scheduled["state"], scheduled["lift_at"])
	}
	address, err = url.PathUnescape(scheduled["url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return id, c.base + address[strings.Index(address, "/dalarna/"):]
}

// soon is a whole second far enough away that a test can look before it.
func soon(d time.Duration) time.Time { return time.Now().Add(d + time.Second).Truncate(time.Second) }

// waitUntilDone follows a release's dispatch until every delivery has an outcome.
func waitUntilDone(t *testing.T, c client, releaseID string) map[string]any {
	t.Helper()
	var last map[string]any
	eventually(t, "the dispatch is done", func() bool {
		items := c.call("GET", "/releases/"+releaseID+"/dispatches", http.StatusOK, nil)["items"].([]any)
		if len(items) == 0 {
			return false
		}
		last = items[0].(map[string]any)
		sum := 0.0
		for _, state := range []string{"queued", "sending", "sent", "deferred", "failed", "excluded", "unknown"} {
			sum += last[state].(float64)
		}
		if last["state"] != "staging" && sum != last["audience"].(float64) {
			t.Fatalf("the counts do not add up: %v", last)
		}
		return last["state"] == "done"
	})
	return last
}

func TestRelease_FromTheAPIToPageFeedsAndMail(t *testing.T) {
	engines(t, mailtest.Options{}, func(t *testing.T, p *process, _ *redisServer, smtp *mailtest.Server) {
		p.start()
		c := p.client("admin")
		makeNewsroom(c, 6)
		id, page := scheduleCorpus(t, c, time.Hour) // long enough to look around on a slow machine
		short := p.base + "/r/" + id

		strangerLearnsNothing(t, p.base, page, short)
		if n := smtp.Count(); n != 0 {
			t.Fatalf("%d mails went out before the lift", n)
		}
		lift := soon(3 * time.Second)
		c.call("POST", "/releases/"+id+"/schedule", http.StatusOK, map[string]any{"lift_at": lift.Format(time.RFC3339), "zone": "Europe/Stockholm"})
		eventually(t, "the page is live", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })
		if early := time.Until(lift); early > 0 {
			t.Errorf("the page was live %s early", early)
		}
		text := readCorpus(t)
		_, _, body := get(t, page)
		for _, want := range []string{text.headline, text.lede, "”Du avgör!”", "– I Dalarna", "tel:", "Kerstin.Bergman@lansstyrelsen.se", "duavgör.se", "CEST", text.boilerplate} {
			if want == "CEST" {
				want = lift.In(mustZone(t)).Format("15:04 MST")
			}
			if !strings.Contains(body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		for _, feed := range []string{"feed.atom", "feed.rss", "feed.json"} {
			status, _, body := get(t, p.base+"/dalarna/"+feed)
			if status != http.StatusOK || !strings.Contains(body, "få Dalarna"[:3]) && !strings.Contains(body, "sexköpare") {
				t.Errorf("%s answers %d: %s", feed, status, body)
			}
			for _, want := range []string{text.headline, "Landshövdingen", "duavg"} {
				if !strings.Contains(body, want) {
					t.Errorf("%s lacks %q", feed, want)
				}
			}
		}
		if status, header, _ := get(t, short); status/100 != 3 || !strings.HasSuffix(header.Get("Location"), page[len(p.base):]) {
			t.Errorf("the short link answers %d to %q", status, header.Get("Location"))
		}

		done := waitUntilDone(t, c, id)
		if done["sent"] != 6.0 || done["audience"] != 6.0 {
			t.Errorf("the dispatch is %v", done)
		}
		checkMails(t, smtp, text, page[strings.LastIndex(page, "/"):])
	})
}

func mustZone(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// releaseMails are those that came but for the letters to the newsroom, which is told of its mailings.
func releaseMails(smtp *mailtest.Server) []mailtest.Received {
	return slices.DeleteFunc(smtp.Messages(), func(r mailtest.Received) bool {
		return bytes.Contains(r.Data, []byte("Auto-Submitted: auto-generated"))
	})
}

// checkMails reads what the SMTP server got as a mail program would.
func checkMails(t *testing.T, smtp *mailtest.Server, text corpus, slug string) {
	t.Helper()
	seen := map[string]bool{}
	for _, received := range releaseMails(smtp) {
		message, err := mail.ReadMessage(bytes.NewReader(received.Data))
		if err != nil {
			t.Fatal(err)
		}
		h := message.Header
		subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
		if err != nil || subject != text.headline {
			t.Errorf("the subject is %q, %v", subject, err)
		}
		for _, name := range []string{"From", "Reply-To", "Date", "Message-Id", "List-Id", "List-Unsubscribe", "Precedence"} {
			if h.Get(name) == "" {
				t.Errorf("there is no %s", name)
			}
		}
		if h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("List-Unsubscribe-Post is %q", h.Get("List-Unsubscribe-Post"))
		}
		if seen[h.Get("Message-Id")] {
			t.Errorf("Message-ID %s came twice", h.Get("Message-Id"))
		}
		seen[h.Get("Message-Id")] = true
		_, plain, html, err := dlmail.Parts(received.Data)
		if err != nil {
			t.Fatal(err)
		}
		for kind, body := range map[string]string{"text": plain, "HTML": html} {
			for _, want := range []string{text.lede, "”Du avgör!”", "– I Dalarna", "www.duavgör.se", slug, "/unsubscribe/", "Kerstin"} {
				if !strings.Contains(strings.Join(strings.Fields(body), " "), want) {
					t.Errorf("the %s of the mail to %s lacks %q", kind, received.To, want)
				}
			}
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d mails came, want 6", len(seen))
	}
}

// strangerLearnsNothing compares every way that a stranger could ask for an embargoed release with
// the same way to one that never existed, byte for byte.
func strangerLearnsNothing(t *testing.T, base, page, short string) {
	t.Helper()
	never := strings.Repeat("a", 26)
	id := short[strings.LastIndex(short, "/")+1:]
	for embargoed, missing := range map[string]string{
		page:                             base + "/dalarna/never-written",
		page + ".txt":                    base + "/dalarna/never-written.txt",
		page + ".json":                   base + "/dalarna/never-written.json",
		page + "?x=1":                    base + "/dalarna/never-written?x=1",
		short:                            base + "/r/" + never,
		base + "/api/v1/releases/" + id:  base + "/api/v1/releases/" + never,
		base + "/dalarna/" + id:          base + "/dalarna/" + never,
		base + "/files/" + id + "/x.pdf": base + "/files/" + never + "/x.pdf",
		base + "/pass/" + id:             base + "/pass/" + never,
	} {
		es, eh, eb := get(t, embargoed)
		ms, mh, mb := get(t, missing)
		if es != ms || eb != mb {
			t.Errorf("%s answers %d %q, and a missing one %d %q", embargoed, es, eb, ms, mb)
		}
		if es == http.StatusOK {
			t.Errorf("%s is there before its lift", embargoed)
		}
		eh.Del("Date")
		mh.Del("Date")
		if fmt.Sprint(eh) != fmt.Sprint(mh) {
			t.Errorf("%s answers with %v, and a missing one with %v", embargoed, eh, mh)
		}
	}
	for _, list := range []string{"/", "/dalarna", "/dalarna/topics/manskliga-rattigheter/", "/dalarna/feed.atom", "/dalarna/feed.rss", "/dalarna/feed.json"} {
		status, _, body := get(t, base+list)
		if status != http.StatusOK || strings.Contains(body, "sexköpare") || strings.Contains(body, id) {
			t.Errorf("%s answers %d and tells of it: %s", list, status, body)
		}
	}
}

func TestRelease_WithRedisFlushedOrKilled_LiftsAndReachesEverybodyOnce(t *testing.T) {
	engines(t, mailtest.Options{}, func(t *testing.T, p *process, redis *redisServer, smtp *mailtest.Server) {
		p.start()
		c := p.client("admin")
		makeNewsroom(c, 1500)
		id, page := scheduleCorpus(t, c, 4*time.Second)

		redis.command("FLUSHALL")
		redis.kill()
		eventually(t, "the page is live with Redis down", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })
		redis.start()
		smtp.WaitFor(t, 200)
		redis.command("FLUSHALL")

		done := waitUntilDone(t, c, id)
		everybodyOnce(t, smtp, 1500)
		if done["sent"] != 1500.0 {
			t.Errorf("the dispatch is %v", done)
		}
	})
}

// everybodyOnce checks the mails that came against the list of subscribers.
func everybodyOnce(t *testing.T, smtp *mailtest.Server, readers int) {
	t.Helper()
	mails := map[string]int{}
	for _, received := range releaseMails(smtp) {
		mails[received.To]++
	}
	for i := range readers {
		if n := mails[fmt.Sprintf("reader%d@tidning.example", i)]; n != 1 {
			t.Errorf("reader %d has %d mails", i, n)
		}
	}
}

func TestServe_WithRedisAndRelayAway_StartsSaysSoAndSendsLater(t *testing.T) {
	redis := startRedis(t)
	redis.kill()
	relay := freeAddress(t)
	p := newProcess(t, map[string]string{"DATELINE_REDIS": redis.url(), "DATELINE_SMTP": "smtp://" + relay + "?tls=none"})
	p.start()
	status, _, body := get(t, p.base+"/readyz")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, `"redis":"can't`) || !strings.Contains(body, `"relay":"can't`) {
		t.Errorf("/readyz answers %d: %s", status, body)
	}
	c := p.client("admin")
	makeNewsroom(c, 20)
	id, page := scheduleCorpus(t, c, 2*time.Second)
	eventually(t, "the page is live", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })

	redis.start()
	smtp := mailtest.StartOn(t, listenOn(t, relay), mailtest.Options{})
	done := waitUntilDone(t, c, id)
	everybodyOnce(t, smtp, 20)
	if done["sent"] != 20.0 {
		t.Errorf("the dispatch is %v", done)
	}
}

func TestDemo_Once_KeepsItsPromises(t *testing.T) {
	dir := t.TempDir()
	code, stdout, stderr := callProgram(t, map[string]string{"DATELINE_DATA": dir}, "demo", "--once", "--in", "3s", "--subscribers", "2000")
	if !strings.Contains(stdout, "2000 sent, 0 failed, 0 skipped, 0 doubled") || !strings.Contains(stdout, dir) {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	// A machine with other work may be late, and the demo must say so; nothing else may have broken.
	for line := range strings.Lines(stderr) {
		if !strings.HasSuffix(line, "was later than 1s\n") {
			t.Errorf("it said %s", line)
		}
	}
	if (code != exitOK) != (stderr != "") {
		t.Errorf("exit %d, and it said %q", code, stderr)
	}
}
