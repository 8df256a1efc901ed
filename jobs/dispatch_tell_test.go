package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/vault"
)

// letter is the text of the newsroom's last letter, of which there must be so many by now.
func (h *house) letter(letters int) string {
	h.t.Helper()
	got, raw := h.relay.told()
	if got != letters {
		h.t.Fatalf("the newsroom got %d letters; want %d", got, letters)
	}
	header, text, html, err := mail.Parts([]byte(raw))
	if err != nil {
		h.t.Fatal(err)
	}
	if !strings.Contains(header, "Auto-Submitted: auto-generated") || !strings.Contains(html, "/desk/dispatches/") {
		h.t.Errorf("the letter:\n%s\n%s", header, html)
	}
	return header + "\n" + strings.ReplaceAll(text, "\r\n", "\n")
}

func (h *house) wantIn(letter string, parts ...string) {
	h.t.Helper()
	for _, part := range parts {
		if !strings.Contains(letter, part) {
			h.t.Errorf("without %q:\n%s", part, letter)
		}
	}
}

func TestDone_TheNewsroomIsToldOnceWithTheFigures(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1300)
		r := h.scheduled(time.Minute)
		h.relay.answer = func(to string, _ int) (mail.Outcome, error) {
			if to == "reader7@example.net" {
				return mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}, nil
			}
			return mail.Outcome{Class: mail.Sent, Code: 250}, nil
		}
		for range 2 { // two processes, each of which may see that it is done
			h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, s.Alone = h.open(), false })
		}
		time.Sleep(time.Minute)
		d := h.done(r.ID, time.Minute)
		time.Sleep(time.Minute)
		h.wantIn(h.letter(1), "Subject: Mejlat till 1 299 personer: Öppet hus på torsdag", "Mottagare: 1\u00a0300", "Skickade: 1\u00a0299", "Avvisade: 1\n",
			"https://news.example.org/desk/dispatches/"+d.ID)
	})
}

func TestDone_NamesTheTextThatWasMailed_NotOneThatWaits(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1)
		r := h.scheduled(time.Minute)
		newer := r.Text
		newer.Headline = "Stängt hus"
		if _, err := h.desk.Edit(h.t.Context(), officer, r.ID, 1, releases.Draft{Text: newer}); err != nil {
			h.t.Fatal(err)
		}
		h.engine()
		time.Sleep(3 * time.Minute)
		letter := h.letter(1)
		h.wantIn(letter, "Öppet hus på torsdag")
		if strings.Contains(letter, "Stängt hus") {
			h.t.Errorf("it tells a headline that is not out:\n%s", letter)
		}
	})
}

func TestMistake_LeavesNothingCapturedOfWhatTheNewsroomWasTold(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1)
		r := h.scheduled(time.Minute)
		captured := mail.NewCapture(h.db, vault.New([]byte("secret")), time.Now)
		e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) { d.Sender = captured })
		time.Sleep(3 * time.Minute)
		mailed := func() string {
			list, _, err := captured.List(h.t.Context(), "", "", 100)
			if err != nil {
				h.t.Fatal(err)
			}
			return fmt.Sprintf("%+v", list)
		}
		h.wantIn(mailed(), "Subject:Öppet hus på torsdag", "Mejlat till 1 person: Öppet hus på torsdag")
		h.withdraw(r.ID, true)
		e.Wake()
		time.Sleep(3 * time.Minute)
		after := mailed()
		h.wantIn(after, "av misstag")
		if strings.Contains(after, "Öppet hus") {
			h.t.Errorf("the headline is still captured:\n%s", after)
		}
	})
}

func TestHeld_TheNewsroomIsToldAndAskedToDecide(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		h.exec(`UPDATE newsrooms SET reply_to = 'Presstjänsten <press@example.org>', language = 'en'`)
		r := h.scheduled(time.Minute)
		time.Sleep(14 * time.Hour)
		h.engine()
		h.reach(r.ID, jobs.Held, 20*time.Second)
		time.Sleep(time.Minute)
		h.wantIn(h.letter(1), "Subject: Waits for your decision: Öppet hus på torsdag", "20 people", "more than 12 h")
	})
}

func TestBrake_WhenMostAreRefused_PausesBeforeTheRestIs(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2000)
		r := h.scheduled(time.Minute)
		h.relay.pace = time.Millisecond
		h.relay.answer = func(to string, try int) (mail.Outcome, error) {
			if to != press && try == 1 {
				return mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "sender is not known here"}, nil
			}
			return mail.Outcome{Class: mail.Sent, Code: 250}, nil
		}
		e := h.engine()
		time.Sleep(time.Minute)
		d := h.reach(r.ID, jobs.Paused, time.Minute)
		if !d.Braked || d.Failed < 100 || d.Failed > 400 {
			h.t.Errorf("paused: %+v", d)
		}
		time.Sleep(10 * time.Minute)
		h.wantIn(h.letter(1), "Subject: Pausat, behöver dig: Öppet hus på torsdag")

		// An officer who goes on has seen it: it isn't paused again.
		if d, err := h.ledger.Resume(h.t.Context(), officer, d.ID); err != nil || d.Braked {
			h.t.Fatalf("resumed: %+v, %v", d, err)
		}
		e.Wake()
		if d := h.done(r.ID, time.Minute); d.Failed != 2000 {
			h.t.Errorf("done: %+v", d)
		}
		time.Sleep(time.Minute)
		h.letter(2)
	})
}

func TestBrake_WithSomeWrongAddresses_LetsItGo(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2000)
		r := h.scheduled(time.Minute)
		h.relay.answer = func(to string, _ int) (mail.Outcome, error) {
			if strings.HasSuffix(to, "1@example.net") || strings.HasSuffix(to, "3@example.net") {
				return mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}, nil
			}
			return mail.Outcome{Class: mail.Sent, Code: 250}, nil
		}
		h.engine()
		time.Sleep(time.Minute)
		if d := h.done(r.ID, time.Minute); d.Failed != 400 {
			h.t.Errorf("done: %+v", d)
		}
	})
}
