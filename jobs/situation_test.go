package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases"
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
		h.engine(web)
		time.Sleep(40 * time.Minute)
		if d := h.dispatch(r.ID); d.State != jobs.Sending || d.Queued != 600 || !d.StartedAt.Equal(r.LiftAt) && d.StartedAt.Sub(d.CreatedAt) > 11*time.Minute {
			h.t.Fatalf("half an hour after the lift, with nobody to send: %+v", d)
		}
		h.engine(func(d *jobs.Deps, s *jobs.Settings) { s.Alone = false })
		if d := h.done(r.ID, time.Minute); d.Sent != 600 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(600)
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
