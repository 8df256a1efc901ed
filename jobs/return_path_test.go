package jobs_test

import (
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
)

func TestReturnPath_WithADomainForThem_TellsWhichDeliveryBounced(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(600)
		r := h.scheduled(time.Minute)
		h.relay.settings.Bounces = "bounces.example.org"
		h.relay.answer = func(_ string, try int) (mail.Outcome, error) {
			if try == 1 {
				return mail.Outcome{Class: mail.Temporary, Code: 451, Enhanced: "4.3.0", Text: "later"}, nil
			}
			return taken, nil
		}
		h.engine()
		time.Sleep(time.Minute)
		d := h.done(r.ID, time.Hour)
		time.Sleep(5 * time.Minute) // the newsroom is told
		for _, p := range append(h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID}), h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID, After: "499"})...) {
			dispatch, seq, ok := paths.Parse(h.relay.returnPath(p.Email))
			if !ok || dispatch != d.ID || seq != p.Seq {
				h.t.Fatalf("the mail to %s goes back to %s", p.Email, h.relay.returnPath(p.Email))
			}
		}
		if back := h.relay.returnPath(press); back != press {
			h.t.Errorf("a letter goes back to %s", back)
		}
	})
}

func TestReturnPath_WithoutADomainForThem_IsTheSender(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1)
		r := h.scheduled(time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		h.done(r.ID, time.Minute)
		if back := h.relay.returnPath("reader1@example.net"); back != press {
			h.t.Errorf("the mail goes back to %s", back)
		}
	})
}
