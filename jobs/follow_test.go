package jobs_test

import (
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
)

// ofKind waits until the release's dispatch of a kind has ended. Its counts must add up.
func (h *house) ofKind(releaseID, kind string, atMost time.Duration) jobs.Dispatch {
	h.t.Helper()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for limit := time.Now().Add(atMost); ; {
		list, err := h.ledger.OfRelease(h.t.Context(), releaseID)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, d := range list {
			if sum := d.Queued + d.Sending + d.Sent + d.Deferred + d.Failed + d.Excluded + d.Unknown; sum != d.Audience {
				h.t.Fatalf("the counts of %+v add up to %d", d, sum)
			}
			if d.Kind == kind && !d.DoneAt.IsZero() {
				return d
			}
		}
		if time.Now().After(limit) {
			h.t.Fatalf("after %v no %s has ended: %+v", atMost, kind, list)
		}
		<-look.C
	}
}

func (h *house) correct(r releases.Release, headline string, mail bool) {
	h.t.Helper()
	text := r.Text
	text.Headline = headline
	in := releases.CorrectionInput{Text: text, Note: "Dagen var fel.", Mail: mail}
	if _, err := h.desk.Correct(h.t.Context(), officer, r.ID, 0, in, true); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) withdraw(id string, inError bool) {
	h.t.Helper()
	if _, err := h.desk.Withdraw(h.t.Context(), officer, id, releases.WithdrawInput{Reason: "Det stämde inte.", InError: inError}); err != nil {
		h.t.Fatal(err)
	}
}

// midFanout is a release to so many people in the middle of its fan-out, and who has had it by then.
func (h *house) midFanout(people int) (r releases.Release, e *jobs.Engine, had map[string][]string) {
	h.t.Helper()
	h.subscribe(people)
	h.relay.pace = 10 * time.Millisecond
	r = h.scheduled(time.Minute)
	e = h.engine()
	time.Sleep(time.Minute + 1500*time.Millisecond)
	if had = h.relay.received(); len(had) == 0 || len(had) > people/2+100 {
		h.t.Fatalf("%d are mailed; the fan-out should be in its middle", len(had))
	}
	return r, e, had
}

// says fails unless the last mail to somebody has all of this.
func (h *house) says(to string, wants ...string) string {
	h.t.Helper()
	raw := h.relay.lastTo(to)
	text, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(raw)))
	for _, want := range wants {
		if !strings.Contains(string(text), want) {
			h.t.Errorf("the mail to %s lacks %q:\n%.1500s", to, want, text)
		}
	}
	return string(text)
}

func TestSituation_CorrectedInMidFanout_TheRestGetTheRightText_AndThoseWhoGotTheWrongOneTheCorrection(t *testing.T) {
	each(t, func(h *house) {
		r, e, had := h.midFanout(1800)
		h.correct(r, "Öppet hus på fredag", true)
		e.Wake()
		d, c := h.ofKind(r.ID, jobs.OfRelease, time.Minute), h.ofKind(r.ID, jobs.OfCorrection, time.Minute)
		if d.Sent != 1800 || d.Version != 2 || c.Sent != c.Audience || c.Version != 2 {
			h.t.Errorf("the release %+v, its correction %+v", d, c)
		}
		twice := 0
		for to, ids := range h.relay.received() {
			switch len(ids) {
			case 1:
				if had[to] != nil {
					h.t.Errorf("%s had the wrong text and was not told", to)
				}
				if text := h.says(to, "fredag"); strings.Contains(text, "Dagen var fel") {
					h.t.Errorf("%s got a correction of what they never had", to)
				}
			case 2:
				twice++
				h.says(to, "Dagen var fel.", "/"+"dalarna/")
			default:
				h.t.Errorf("%s got %d mails", to, len(ids))
			}
		}
		if twice != c.Audience || twice < len(had) || twice > len(had)+4*jobs.Depth {
			h.t.Errorf("%d got the correction, of an audience of %d; %d had the wrong text", twice, c.Audience, len(had))
		}
	})
}

func TestCorrected_AfterTheFanout_GoesToExactlyThoseWhoGotIt(t *testing.T) {
	each(t, func(h *house) {
		ids := h.subscribe(700)
		r := h.scheduled(time.Minute)
		e := h.engine()
		time.Sleep(2 * time.Minute)
		h.reach(r.ID, jobs.Done, 0)
		h.subscribe(50)
		h.exec(`UPDATE subscribers SET state = 'unsubscribed' WHERE id = $1`, ids[0])
		h.correct(r, "Öppet hus på fredag", true)
		e.Wake()
		if c := h.ofKind(r.ID, jobs.OfCorrection, time.Minute); c.Audience != 700 || c.Sent != 699 || c.Excluded != 1 {
			h.t.Errorf("the correction: %+v", c)
		}
		h.says("reader2@example.net", "=?", "Dagen var fel.", "Alla är välkomna.")
		h.correct(r, "Öppet hus på lördag", false)
		e.Wake()
		time.Sleep(time.Minute)
		if list, _ := h.ledger.OfRelease(h.t.Context(), r.ID); len(list) != 2 {
			h.t.Errorf("a quiet correction was mailed: %+v", list)
		}
	})
}

func TestCorrected_BeforeItIsSentAgain_HasAnotherMessageID(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1)
		r := h.scheduled(time.Minute)
		h.relay.answer = func(_ string, try int) (mail.Outcome, error) {
			if try == 1 {
				return mail.Outcome{Class: mail.Unknown, Text: "EOF"}, io.ErrUnexpectedEOF
			}
			return mail.Outcome{Class: mail.Sent, Code: 250, Enhanced: "2.0.0"}, nil
		}
		h.engine()
		time.Sleep(time.Minute + 2*time.Second)
		h.correct(r, "Öppet hus på fredag", false)
		h.done(r.ID, 10*time.Minute)
		h.says("reader1@example.net", "fredag")
		// A mail program that drops what it has already had would keep the wrong text.
		if ids := h.relay.received()["reader1@example.net"]; len(ids) != 2 || ids[0] == ids[1] {
			h.t.Errorf("the text and the corrected one went as %v", ids)
		}
	})
}

func TestMinorEdit_MailsNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(10)
		r := h.scheduled(time.Minute)
		e := h.engine()
		time.Sleep(2 * time.Minute)
		text := r.Text
		text.Headline = "Öppet hus på torsdag!"
		if _, err := h.desk.Edit(h.t.Context(), officer, r.ID, 1, releases.Draft{Text: text}); err != nil {
			h.t.Fatal(err)
		}
		if _, err := h.desk.Approve(h.t.Context(), officer, r.ID, 2, ""); err != nil {
			h.t.Fatal(err)
		}
		e.Wake()
		time.Sleep(10 * time.Minute)
		h.wantEachOnce(10)
	})
}

func TestSituation_WithdrawnInMidFanout_TheRestGetNothing_AndThoseWhoHadItAreTold(t *testing.T) {
	each(t, func(h *house) {
		r, e, had := h.midFanout(1800)
		h.withdraw(r.ID, false)
		e.Wake()
		d, w := h.ofKind(r.ID, jobs.OfRelease, time.Minute), h.ofKind(r.ID, jobs.OfWithdrawal, time.Minute)
		if d.State != jobs.Stopped || d.Sent+d.Excluded != 1800 || d.Sent < len(had) || d.Sent > len(had)+4*jobs.Depth || w.Audience != d.Sent || w.Sent != d.Sent {
			h.t.Errorf("%d had it; the release %+v, its withdrawal %+v", len(had), d, w)
		}
		for to, ids := range h.relay.received() {
			if len(ids) != 2 {
				h.t.Errorf("%s got %d mails", to, len(ids))
			}
			h.says(to, "Det stämde inte.", "Öppet hus på torsdag")
		}
	})
}

func TestSituation_WithdrawnBetweenStagingAndSending_MailsNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(30)
		r := h.scheduled(5 * time.Minute)
		e := h.engine()
		time.Sleep(time.Minute)
		h.reach(r.ID, jobs.Staged, 0)
		h.withdraw(r.ID, false)
		e.Wake()
		time.Sleep(10 * time.Minute)
		if list, err := h.ledger.OfRelease(h.t.Context(), r.ID); err != nil || len(list) != 1 || list[0].State != jobs.Canceled || list[0].Audience != 0 {
			h.t.Errorf("its dispatches are %+v, %v", list, err)
		}
		if got := h.relay.received(); len(got) != 0 {
			h.t.Errorf("%d were mailed", len(got))
		}
	})
}

func TestWithdrawn_WhilePaused_LeavesNothingWaiting(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1500)
		h.relay.pace = 10 * time.Millisecond
		r := h.scheduled(time.Minute)
		e := h.engine()
		time.Sleep(time.Minute + time.Second)
		if _, err := h.ledger.Pause(h.t.Context(), officer, h.dispatch(r.ID).ID); err != nil {
			h.t.Fatal(err)
		}
		e.Wake()
		time.Sleep(time.Minute)
		h.withdraw(r.ID, true)
		e.Wake()
		d, w := h.ofKind(r.ID, jobs.OfRelease, time.Minute), h.ofKind(r.ID, jobs.OfWithdrawal, time.Minute)
		if d.Sent == 0 || d.Sent+d.Excluded != 1500 || w.Sent != d.Sent {
			h.t.Errorf("the release %+v, its withdrawal %+v", d, w)
		}
		for to := range h.relay.received() {
			text := h.says(to, "Det stämde inte.", "av misstag")
			for _, gone := range []string{"torsdag", "välkomna", "Brödtext", "oppet-hus"} {
				if strings.Contains(text, gone) {
					h.t.Fatalf("the mail still has %q of what was published in error:\n%s", gone, text)
				}
			}
		}
	})
}

func TestWithdrawn_NeverMailed_TellsNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(5)
		r := h.scheduled(-time.Hour)
		e := h.engine()
		h.withdraw(r.ID, false)
		e.Wake()
		time.Sleep(10 * time.Minute)
		if list, err := h.ledger.OfRelease(h.t.Context(), r.ID); err != nil || len(list) != 0 {
			h.t.Errorf("an archive item has dispatches %+v, %v", list, err)
		}
	})
}

// inDoubtOf is a release to so many people that was cut off with the first of them on the wire.
func (h *house) inDoubtOf(people int) (r releases.Release, first string) {
	h.t.Helper()
	h.subscribe(people)
	r = h.scheduled(time.Minute)
	h.relay.pace = time.Hour
	e := h.engine()
	time.Sleep(time.Minute + 2*time.Second)
	h.cutOff(e)
	h.relay.set(func(r *relay) { r.pace = 0 })
	if err := h.db.QueryRow(`SELECT subscriber_id FROM deliveries WHERE doubts > 0 AND dispatch_id = $1`, h.dispatch(r.ID).ID).Scan(&first); err != nil {
		h.t.Fatal(err)
	}
	return r, first
}

// They may have got it, so that whoever withdraws it must reach them too.
func TestWithdrawnOrStopped_WithSomeInDoubt_LeavesThemUnknown_AndTellsThem(t *testing.T) {
	for name, end := range map[string]func(*house, releases.Release){
		"withdrawn": func(h *house, r releases.Release) { h.withdraw(r.ID, true) },
		"stopped": func(h *house, r releases.Release) {
			if _, err := h.ledger.Stop(h.t.Context(), officer, h.dispatch(r.ID).ID); err != nil {
				h.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				r, _ := h.inDoubtOf(40)
				end(h, r)
				h.engine()
				if d := h.ofKind(r.ID, jobs.OfRelease, time.Minute); d.Unknown != 1 || d.Excluded != 39 {
					h.t.Errorf("the release's: %+v", d)
				}
				if name == "stopped" {
					h.withdraw(r.ID, true)
				}
				if w := h.ofKind(r.ID, jobs.OfWithdrawal, time.Minute); w.Sent != 1 {
					h.t.Errorf("the withdrawal's: %+v", w)
				}
			})
		})
	}
}

// Whichever comes first: that they are sent the release again, or that those who had it are looked for.
func TestCorrected_WithSomeInDoubt_SendsThemTheRightText_AndTheCorrection(t *testing.T) {
	each(t, func(h *house) {
		for _, lookFirst := range []bool{false, true} {
			r, first := h.inDoubtOf(40)
			h.correct(r, "Öppet hus på fredag", true)
			if lookFirst {
				looking := h.engine(func(_ *jobs.Deps, s *jobs.Settings) { s.Worker = false })
				time.Sleep(time.Minute)
				looking.Stop(h.t.Context())
			}
			sending := h.engine()
			if d := h.ofKind(r.ID, jobs.OfRelease, time.Minute); d.Unknown != 0 || d.Excluded != 0 {
				h.t.Errorf("the release's: %+v", d)
			}
			c := h.ofKind(r.ID, jobs.OfCorrection, time.Minute)
			told := 0
			if err := h.db.QueryRow(`SELECT COUNT(*) FROM deliveries WHERE dispatch_id = $1 AND subscriber_id = $2 AND state = 'sent'`, c.ID, first).Scan(&told); err != nil || told != 1 {
				h.t.Errorf("looked for first %v: they aren't among those told, %v: %+v", lookFirst, err, c)
			}
			sending.Stop(h.t.Context())
		}
	})
}

func TestUnsubscribed_InDoubt_IsNotSentToAgain_AndStaysUnknown(t *testing.T) {
	each(t, func(h *house) {
		r, first := h.inDoubtOf(40)
		h.exec(`UPDATE subscribers SET state = 'unsubscribed' WHERE id = $1`, first)
		h.engine()
		if d := h.done(r.ID, time.Minute); d.Sent != 39 || d.Unknown != 1 {
			h.t.Errorf("done: %+v", d)
		}
	})
}

func TestWithdrawn_AfterADoubtAndARefusal_TellsThemToo(t *testing.T) {
	each(t, func(h *house) {
		r, _ := h.inDoubtOf(3)
		h.relay.set(func(r *relay) {
			r.answer = func(string, int) (mail.Outcome, error) {
				return mail.Outcome{Class: mail.Permanent, Code: 554, Enhanced: "5.6.0", Text: "no"}, nil
			}
		})
		h.engine()
		if d := h.done(r.ID, time.Minute); d.Failed != 3 {
			h.t.Fatalf("done: %+v", d)
		}
		h.relay.set(func(r *relay) { r.answer = nil })
		h.withdraw(r.ID, true)
		if w := h.ofKind(r.ID, jobs.OfWithdrawal, time.Minute); w.Sent != 1 {
			h.t.Errorf("the withdrawal's: %+v", w)
		}
	})
}
