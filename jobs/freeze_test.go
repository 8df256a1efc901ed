package jobs_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"dateline/jobs"
)

// freeze freezes the house's newsroom; nobody is signed in whose session would have to end.
func (h *house) freeze() {
	h.t.Helper()
	none := func(context.Context, *sql.Tx) error { return nil }
	if _, err := h.desk.Freeze(h.t.Context(), officer, h.newsroom.ID, "Ett konto är kapat.", none); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) thaw() {
	h.t.Helper()
	if _, err := h.desk.Thaw(h.t.Context(), officer, h.newsroom.ID, "Kontot är stängt."); err != nil {
		h.t.Fatal(err)
	}
}

func TestSituation_NewsroomFrozenInMidFanout_MailsNobodyMoreUntilAnOfficerLetsItGoOn(t *testing.T) {
	each(t, func(h *house) {
		r, e, had := h.midFanout(1500)
		h.freeze()
		e.Wake()
		time.Sleep(30 * time.Second) // what was in flight ends
		frozen := len(h.relay.received())
		if frozen > len(had)+4*jobs.Depth {
			h.t.Errorf("%d had it at the freeze, %d soon after", len(had), frozen)
		}
		time.Sleep(5 * time.Minute)
		if now := len(h.relay.received()); now != frozen {
			h.t.Errorf("%d were mailed while frozen", now-frozen)
		}
		h.thaw()
		e.Wake()
		time.Sleep(time.Minute)
		if now := len(h.relay.received()); now != frozen {
			h.t.Errorf("the thaw alone mailed %d", now-frozen)
		}
		if _, err := h.ledger.Resume(h.t.Context(), officer, h.dispatch(r.ID).ID); err != nil {
			h.t.Fatal(err)
		}
		e.Wake()
		if d := h.done(r.ID, 5*time.Minute); d.Sent != 1500 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(1500)
	})
}

func TestSituation_LiftWhileFrozen_MailsNobody_AndALiftToComeIsKept(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		missed, kept := h.scheduled(5*time.Minute), h.scheduled(30*time.Minute)
		e := h.engine()
		time.Sleep(time.Minute)
		h.freeze()
		e.Wake()
		time.Sleep(10 * time.Minute)
		h.thaw()
		e.Wake()
		time.Sleep(time.Minute)
		if got := h.relay.received(); len(got) != 0 {
			h.t.Fatalf("%d were mailed before any lift that stands", len(got))
		}
		if now, err := h.desk.Release(h.t.Context(), missed.ID); err != nil || !now.LiftAt.IsZero() {
			h.t.Errorf("the missed lift is %v, %v", now.LiftAt, err)
		}
		if d := h.done(kept.ID, 30*time.Minute); d.Sent != 20 {
			h.t.Errorf("the kept lift: %+v", d)
		}
		h.wantEachOnce(20)
	})
}
