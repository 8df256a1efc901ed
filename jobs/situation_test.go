package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/history"
)

func TestSituation_PublishedByTwoPeopleAtOnce_IsMailedOnce(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(50)
		r := h.scheduled(24 * time.Hour)
		first, second := h.engine(func(d *jobs.Deps, s *jobs.Settings) { s.Alone = false }), h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, s.Alone = h.open(), false })
		var people sync.WaitGroup
		outcomes := make([]error, 2)
		for i, e := range []*jobs.Engine{first, second} {
			people.Go(func() {
				_, outcomes[i] = h.desk.Publish(context.Background(), officer, r.ID)
				e.Wake()
			})
		}
		people.Wait()
		if (outcomes[0] == nil) == (outcomes[1] == nil) || !errors.Is(errors.Join(outcomes...), releases.ErrConflict) {
			h.t.Errorf("the two were answered %v and %v; want one winner and one conflict", outcomes[0], outcomes[1])
		}
		if d := h.done(r.ID, time.Minute); d.Sent != 50 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(50)
	})
}

func TestSituation_LiftedWithTheWorkerDead_GoesOutOnceOneIsThere(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(600)
		r := h.scheduled(10 * time.Minute)
		web := func(d *jobs.Deps, s *jobs.Settings) { d.DB, s.Alone, s.Worker = h.open(), false, false }
		e := h.engine(web)
		time.Sleep(10*time.Minute + 9*time.Second)
		if late := e.Health(h.t.Context()).Overdue; late != 0 {
			h.t.Errorf("nine seconds after the lift %d are overdue", late)
		}
		time.Sleep(30 * time.Minute)
		if late := e.Health(h.t.Context()).Overdue; late != 1 {
			h.t.Errorf("half an hour after the lift %d are overdue", late)
		}
		if d := h.dispatch(r.ID); d.State != jobs.Sending || d.Queued != 600 || !d.StartedAt.Equal(r.LiftAt) && d.StartedAt.Sub(d.CreatedAt) > 11*time.Minute {
			h.t.Fatalf("half an hour after the lift, with nobody to send: %+v", d)
		}
		h.engine(func(d *jobs.Deps, s *jobs.Settings) { s.Alone = false })
		if d := h.done(r.ID, time.Minute); d.Sent != 600 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(600)
		if late := e.Health(h.t.Context()).Overdue; late != 0 {
			h.t.Errorf("with its mail gone %d are overdue", late)
		}
	})
}

// node is one whose clock is ahead, on a database whose clock is right.
func (h *house) node(ahead time.Duration) *jobs.Engine {
	return h.engine(func(d *jobs.Deps, s *jobs.Settings) {
		d.DB, s.Alone = h.open(), false
		s.Now = func() time.Time { return time.Now().Add(ahead) }
		d.DatabaseNow = func(context.Context) (time.Time, error) { return time.Now(), nil }
	})
}

// liftsOnTime waits for a lift three minutes away: nobody is mailed until then, and everybody then.
func (h *house) liftsOnTime(r releases.Release) {
	h.t.Helper()
	time.Sleep(3*time.Minute - time.Millisecond)
	if n := len(h.relay.received()); n != 0 {
		h.t.Fatalf("%d were mailed before the lift", n)
	}
	h.done(r.ID, 10*time.Second)
}

func TestSituation_NodeClockAnHourFast_MailsNobodyEarly_AndSaysSo(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		r := h.scheduled(90 * time.Minute)
		time.Sleep(87 * time.Minute) // by its own clock the lift is long past when it starts
		e := h.node(time.Hour)
		h.liftsOnTime(r)
		if skew := e.Health(h.t.Context()).Skew; skew != time.Hour {
			h.t.Errorf("the skew is told as %v", skew)
		}
		h.wantEachOnce(20)
	})
}

func TestSituation_NodeClockAnHourSlow_IsLateAlone_AndSaysSo(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		r := h.scheduled(90 * time.Minute)
		time.Sleep(145 * time.Minute) // when it starts, 55 minutes after the lift, it has five to go by its own clock
		e := h.node(-time.Hour)
		time.Sleep(5*time.Minute - time.Second)
		if n := len(h.relay.received()); n != 0 {
			h.t.Fatalf("%d were mailed before the node's own clock said so", n)
		}
		if skew := e.Health(h.t.Context()).Skew; skew != -time.Hour {
			h.t.Errorf("the skew is told as %v", skew)
		}
		h.done(r.ID, 10*time.Second)
		h.wantEachOnce(20)
	})
}

func TestSituation_TwoNodesThatDisagree_LiftWhenTheRightOneDoes_AndOnce(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		r := h.scheduled(90 * time.Minute)
		time.Sleep(87 * time.Minute)
		h.node(-time.Hour)
		h.node(0)
		h.node(time.Hour)
		h.liftsOnTime(r)
		time.Sleep(time.Minute)
		h.wantEachOnce(20)
	})
}

// Whoever is sure that an hour has passed would otherwise take what another is just mailing, and mail it again.
func TestSituation_NodeClockAnHourFast_LeavesTheOthersTheirLeases(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(600)
		h.relay.pace = 100 * time.Millisecond
		r := h.scheduled(time.Minute)
		h.node(0)
		time.Sleep(time.Minute + time.Second)
		h.node(time.Hour)
		h.node(-time.Hour)
		if d := h.done(r.ID, 10*time.Minute); d.Sent != 600 || d.UnknownRetried != 0 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(600)
	})
}

// Each of a hundred people wants one thing of a release and asks until they have it or nobody can have
// it any more. Whatever the order, each thing happens once, and the mail is opened once.
func TestSituation_ApprovedScheduledPublishedAndWithdrawnAtOnceByAHundred_HasOneWinnerOfEach(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(50)
		saved, err := h.desk.Create(h.t.Context(), officer, h.newsroom.ID, releases.Draft{Text: releases.Text{Headline: "Kapplöpning", Body: "Brödtext."}})
		if err != nil {
			h.t.Fatal(err)
		}
		lift := liftIn(h.t, time.Hour)
		e := h.engine()
		ctx, id := h.t.Context(), saved.ID
		things := map[string]func() error{
			"approve":  func() error { _, err := h.desk.Approve(ctx, officer, id, saved.Version, saved.Hash); return err },
			"schedule": func() error { _, err := h.desk.Schedule(ctx, officer, id, lift, false); return err },
			"publish":  func() error { _, err := h.desk.Publish(ctx, officer, id); return err },
			"withdraw": func() error { // once it is being mailed
				list, err := h.ledger.OfRelease(ctx, id)
				if err != nil || len(list) == 0 {
					return errors.Join(err, releases.ErrConflict)
				}
				_, err = h.desk.Withdraw(ctx, officer, id, releases.WithdrawInput{Reason: "Fel belopp."})
				return err
			},
		}
		var people sync.WaitGroup
		var mu sync.Mutex
		winners := map[string]int{}
		for name, do := range things {
			for range 25 {
				people.Go(func() {
					for {
						err := do()
						if err == nil {
							e.Wake()
							mu.Lock()
							winners[name]++
							mu.Unlock()
							return
						}
						if !errors.Is(err, releases.ErrConflict) {
							h.t.Errorf("%s: %v; want a conflict", name, err)
							return
						}
						if r, err := h.desk.Release(ctx, id); err != nil || r.State == releases.StateWithdrawn {
							return
						}
					}
				})
			}
		}
		people.Wait()
		if winners["approve"] != 1 || winners["publish"] != 1 || winners["withdraw"] != 1 || winners["schedule"] > 1 {
			h.t.Errorf("winners: %v", winners)
		}
		time.Sleep(time.Hour)
		list, err := h.ledger.OfRelease(ctx, id)
		if err != nil {
			h.t.Fatal(err)
		}
		opened := 0
		for _, d := range list {
			if d.Kind == jobs.OfRelease {
				opened++
			}
		}
		if opened != 1 {
			h.t.Errorf("%d mailings were opened: %+v", opened, list)
		}
		for to, ids := range h.relay.received() {
			if len(ids) > 2 { // the release, if it got out at all, and that it was withdrawn
				h.t.Errorf("%s got %v", to, ids)
			}
		}
		if err := history.Verify(ctx, h.db); err != nil {
			h.t.Error(err)
		}
	})
}
