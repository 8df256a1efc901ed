package jobs_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
)

// oneWorker has a single connection at a time.
func oneWorker(_ *jobs.Deps, s *jobs.Settings) { s.Workers = 1 }

func TestStream_GoesFromBatchToBatchInOneRun(t *testing.T) {
	each(t, func(h *house) {
		const people = 2250 // five batches
		h.subscribe(people)
		h.relay.pace = time.Millisecond
		h.engine(oneWorker)
		r := h.scheduled(time.Minute)
		if d := h.done(r.ID, 2*time.Minute); d.Sent != people {
			h.t.Errorf("done: %+v", d)
		}
		h.relay.mu.Lock()
		defer h.relay.mu.Unlock()
		if h.relay.runs != 1 {
			h.t.Errorf("the connection was let go and taken up again %d times", h.relay.runs-1)
		}
	})
}

// What was claimed for a connection that breaks is another's at once, not when its lease runs out.
func TestStream_WhenTheConnectionBreaks_GivesBackWhatItHadClaimedAhead(t *testing.T) {
	each(t, func(h *house) {
		const people = 1500
		h.subscribe(people)
		var took atomic.Int64
		h.relay.pace = time.Millisecond
		h.relay.answer = func(string, int) (mail.Outcome, error) {
			if n := took.Add(1); n == 480 || n == 990 { // in the last of a batch, when the next is claimed
				return mail.Outcome{Class: mail.Temporary, Text: "reset"}, errors.New("reset")
			}
			return mail.Outcome{Class: mail.Sent, Code: 250}, nil
		}
		h.engine(oneWorker)
		r := h.scheduled(time.Minute)
		d := h.done(r.ID, 5*time.Minute)
		if d.Sent != people || d.UnknownRetried != 0 {
			h.t.Errorf("done: %+v", d)
		}
		late := 0
		at, tries := h.relay.times()
		for to, ids := range h.relay.received() {
			if len(ids) != 1 {
				h.t.Errorf("%s got %d", to, len(ids))
			}
			if at[to].Sub(d.StartedAt) > 10*time.Second {
				late++
				if len(tries[to]) != 2 {
					h.t.Errorf("%s waited for %s though nothing was wrong with it", to, at[to].Sub(d.StartedAt))
				}
			}
		}
		if late != 2 {
			h.t.Errorf("%d came late, want the two that were on the broken connections", late)
		}
	})
}

func TestIdle_IsHeardWhenTheLastMailingIsDone_NotWhileAnotherIsOnItsWay(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(20)
		first, second := h.scheduled(time.Minute), h.scheduled(time.Minute+time.Second)
		h.relay.pace = 100 * time.Millisecond
		var idle []jobs.Dispatch
		var mu sync.Mutex
		h.engine(func(d *jobs.Deps, _ *jobs.Settings) {
			d.Idle = func() {
				mu.Lock()
				defer mu.Unlock()
				idle = append(idle, h.dispatch(first.ID), h.dispatch(second.ID))
			}
		})
		time.Sleep(time.Minute)
		h.done(first.ID, time.Minute)
		h.done(second.ID, time.Minute)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if len(idle) == 0 {
			h.t.Error("it is never heard")
		}
		for _, d := range idle {
			if d.State != jobs.Done {
				h.t.Errorf("it is heard with %+v", d)
			}
		}
	})
}
