package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases"
)

func TestLift_MailsEveryoneOnceAndNotBefore(t *testing.T) {
	each(t, func(h *house) {
		ids := h.subscribe(1234)
		r := h.scheduled(20 * time.Minute)
		h.engine()

		time.Sleep(15 * time.Minute)
		if d := h.dispatch(r.ID); d.State != jobs.Staged || d.Audience != 1234 || d.Queued != 1234 {
			h.t.Fatalf("five minutes before the lift: %+v", d)
		}
		time.Sleep(5*time.Minute - time.Millisecond)
		if n := len(h.relay.received()); n != 0 {
			h.t.Fatalf("%d mails left before the lift", n)
		}

		d := h.done(r.ID, 20*time.Second)
		h.wantEachOnce(1234)
		if d.Sent != 1234 || d.Version != 1 || d.FrozenAt.IsZero() || d.DoneAt.IsZero() {
			h.t.Errorf("done: %+v", d)
		}
		if late := d.FirstSentAt.Sub(d.StartedAt); late > 200*time.Millisecond {
			h.t.Errorf("the first mail left %v after the lift", late)
		}
		raw := h.relay.lastTo("reader1@example.net")
		for _, want := range []string{"Message-ID: <" + d.ID + ".1." + ids[0] + "@example.org>", "https://news.example.org/unsubscribe/u-" + ids[0]} {
			if !strings.Contains(strings.ReplaceAll(raw, "=\r\n", ""), want) {
				h.t.Errorf("the mail lacks %q:\n%s", want, raw)
			}
		}
	})
}

func TestSituation_LiftMovedLaterEarlierOrClearedWhileStaged_MailsAtTheLastLiftOnly(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(30)
		later, earlier, cleared := h.scheduled(9*time.Minute), h.scheduled(9*time.Minute), h.scheduled(9*time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		for _, r := range []string{later.ID, earlier.ID, cleared.ID} {
			h.reach(r, jobs.Staged, 0)
		}

		h.move(later.ID, 30*time.Minute)
		h.move(earlier.ID, time.Minute)
		if _, err := h.desk.Unschedule(h.t.Context(), officer, cleared.ID); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(15 * time.Minute)
		h.reach(earlier.ID, jobs.Done, 0)
		h.reach(later.ID, jobs.Staged, 0)
		if d := h.dispatch(cleared.ID); d.ID != "" {
			h.t.Errorf("the lift was cleared, yet: %+v", d)
		}
		h.wantEachOnce(30)

		h.move(cleared.ID, time.Minute)
		time.Sleep(20 * time.Minute)
		h.reach(cleared.ID, jobs.Done, 0)
		h.reach(later.ID, jobs.Done, 0)
		for to, ids := range h.relay.received() {
			if len(ids) != 3 {
				h.t.Errorf("%s got %d mails; want one of each release", to, len(ids))
			}
		}
	})
}

func TestSituation_LiftClearedWhileStaged_LetsTheAudienceGo(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2500)
		r := h.scheduled(9 * time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		h.reach(r.ID, jobs.Staged, 0)
		if _, err := h.desk.Unschedule(h.t.Context(), officer, r.ID); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(time.Minute)
		list, err := h.ledger.OfRelease(h.t.Context(), r.ID)
		if err != nil || len(list) != 1 || list[0].State != jobs.Canceled || list[0].Audience != 0 || list[0].Queued != 0 {
			h.t.Errorf("canceled: %+v, %v", list, err)
		}
		var left int
		if h.db.QueryRow(`SELECT COUNT(*) FROM deliveries`).Scan(&left); left != 0 {
			h.t.Errorf("%d addresses are kept for a mailing that never was", left)
		}
	})
}

func TestLift_PublishedAtOnce_MailsAtOnce(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2500)
		r := h.scheduled(24 * time.Hour)
		e := h.engine()
		time.Sleep(time.Minute)
		if _, err := h.desk.Publish(h.t.Context(), officer, r.ID); err != nil {
			h.t.Fatal(err)
		}
		published := time.Now()
		e.Wake()
		d := h.done(r.ID, 20*time.Second)
		h.wantEachOnce(2500)
		if late := d.FirstSentAt.Sub(published); late > time.Second {
			h.t.Errorf("the first mail left %v after publishing", late)
		}
	})
}

func TestSituation_ServerOffAcrossTheLift_ForAMinuteIsMailed_ForADayIsHeld(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		fresh, stale := h.scheduled(24*time.Hour), h.scheduled(time.Minute)
		time.Sleep(24*time.Hour + time.Minute)
		h.engine()
		h.done(fresh.ID, 20*time.Second)
		h.wantEachOnce(20)
		time.Sleep(time.Minute)
		if d := h.reach(stale.ID, jobs.Held, 0); d.Audience != 20 || d.Sent != 0 {
			h.t.Fatalf("held: %+v", d)
		}

		if _, err := h.ledger.Resume(h.t.Context(), officer, h.dispatch(stale.ID).ID); err != nil {
			h.t.Fatal(err)
		}
		if d := h.done(stale.ID, time.Minute); d.Sent != 20 || d.Version != 1 {
			h.t.Errorf("let go: %+v", d)
		}
	})
}

func TestLift_Backdated_NeverMails(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(5)
		r := h.scheduled(-time.Hour)
		h.engine()
		time.Sleep(10 * time.Minute)
		if list, err := h.ledger.OfRelease(h.t.Context(), r.ID); err != nil || len(list) != 0 {
			h.t.Errorf("an archive item has dispatches %+v, %v", list, err)
		}
	})
}

func TestLift_DatabaseClockBehind_WaitsForIt(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(5)
		r := h.scheduled(time.Minute)
		e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) {
			d.DatabaseNow = func(context.Context) (time.Time, error) { return time.Now().Add(-3 * time.Second), nil }
		})
		time.Sleep(time.Minute + 2*time.Second)
		if n := len(h.relay.received()); n != 0 {
			h.t.Fatalf("%d mails left before the database's clock said so", n)
		}
		if skew := e.Health(h.t.Context()).Skew; skew != 3*time.Second {
			h.t.Errorf("the skew is told as %v", skew)
		}
		time.Sleep(2 * time.Second)
		h.done(r.ID, 5*time.Second)
	})
}

func TestLift_NewVersionApprovedWhileStaged_MailsTheApprovedText(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3)
		r := h.scheduled(5 * time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		text := r.Text
		text.Headline = "Öppet hus på fredag"
		saved, err := h.desk.Edit(h.t.Context(), officer, r.ID, 1, releases.Draft{Text: text})
		if err != nil {
			h.t.Fatal(err)
		}
		if _, err := h.desk.Approve(h.t.Context(), officer, r.ID, saved.Version, ""); err != nil {
			h.t.Fatal(err)
		}
		text.Headline = "Ej godkänd"
		if _, err := h.desk.Edit(h.t.Context(), officer, r.ID, saved.Version, releases.Draft{Text: text}); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		if d := h.reach(r.ID, jobs.Done, 0); d.Version != 2 {
			h.t.Errorf("version %d was mailed; want the approved, 2", d.Version)
		}
		if raw := h.relay.lastTo("reader1@example.net"); !strings.Contains(raw, "fredag") {
			h.t.Errorf("the mail isn't of the approved version:\n%.900s", raw)
		}
	})
}

func TestSituation_RestoredFromYesterdaysBackup_WhatHadLiftedIsHeld(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(10)
		passed, coming := h.scheduled(time.Minute), h.scheduled(15*time.Minute)
		time.Sleep(10 * time.Minute)
		h.exec(`INSERT INTO restores (at, backup_at) VALUES ($1, $2)`, time.Now().UnixMilli(), time.Now().Add(-20*time.Minute).UnixMilli())
		h.engine()
		h.reach(passed.ID, jobs.Held, time.Minute)
		time.Sleep(5 * time.Minute)
		h.done(coming.ID, time.Minute)
		h.wantEachOnce(10)
	})
}
