package jobs_test

import (
	"errors"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
)

func TestPauseAndResume_TwentyTimesInAFanout_KeepTheTotals(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1500)
		r := h.scheduled(time.Minute)
		h.relay.pace = 20 * time.Millisecond
		e := h.engine()
		time.Sleep(time.Minute)
		id := h.reach(r.ID, jobs.Sending, 10*time.Second).ID
		for i := range 20 {
			time.Sleep(200 * time.Millisecond)
			if d, err := h.ledger.Pause(h.t.Context(), officer, id); err != nil || d.State != jobs.Paused {
				h.t.Fatalf("pause %d: %+v, %v", i, d, err)
			}
			e.Wake()
			time.Sleep(100 * time.Millisecond)
			before := h.dispatch(r.ID)
			time.Sleep(3 * time.Second)
			if after := h.dispatch(r.ID); before.Sending > 0 || after.Sent != before.Sent {
				h.t.Errorf("paused, yet it went from %+v to %+v", before, after)
			}
			if _, err := h.ledger.Resume(h.t.Context(), officer, id); err != nil {
				h.t.Fatalf("resume %d: %v", i, err)
			}
			e.Wake()
		}
		if d := h.done(r.ID, time.Minute); d.Sent != 1500 || d.UnknownRetried != 0 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(1500)
	})
}

func TestStopDispatch_InMidFanout_EndsWhatIsInFlightAndLeavesTheRestOut(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2000)
		r := h.scheduled(time.Minute)
		h.relay.pace = 20 * time.Millisecond
		h.relay.answer = func(to string, _ int) (mail.Outcome, error) {
			if to < "reader2" {
				return mail.Outcome{Class: mail.Temporary, Code: 451, Enhanced: "4.3.0", Text: "later"}, nil
			}
			return mail.Outcome{Class: mail.Sent, Code: 250}, nil
		}
		e := h.engine()
		time.Sleep(time.Minute + 2*time.Second)
		d, err := h.ledger.Stop(h.t.Context(), officer, h.dispatch(r.ID).ID)
		if err != nil || d.State != jobs.Stopping || d.Sent == 0 || d.Deferred == 0 {
			h.t.Fatalf("stopping: %+v, %v", d, err)
		}
		e.Wake()
		ended := h.reach(r.ID, jobs.Stopped, 2*time.Second)
		got := len(h.relay.received())
		if ended.Sent != got || ended.Excluded != 2000-got || got > d.Sent+d.Sending+8 || ended.DoneAt.IsZero() {
			h.t.Errorf("%d were mailed; stopped with %+v after %+v", got, ended, d)
		}
		time.Sleep(10 * time.Minute)
		if after := len(h.relay.received()); after != got {
			h.t.Errorf("%d more were mailed after the stop", after-got)
		}
		left, _, err := h.ledger.Deliveries(h.t.Context(), jobs.DeliveryFilter{DispatchID: d.ID, State: jobs.Excluded, Limit: 1})
		if err != nil || len(left) != 1 || left[0].Reason != "stopped" {
			h.t.Errorf("left out: %+v, %v", left, err)
		}
		if actions := h.actions(d.ID); actions[len(actions)-2] != "dispatch.stop by anna@example.org" || actions[len(actions)-1] != "dispatch.stopped by system" {
			h.t.Errorf("history %v", actions)
		}
	})
}

func TestStopDispatch_WithAWorkerLost_KeepsWhatWasInFlightInDoubt(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1000)
		r := h.scheduled(time.Minute)
		h.relay.pace = 10 * time.Millisecond
		db := h.open()
		e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) { d.DB = db })
		time.Sleep(time.Minute + time.Second)
		h.crash(e, db)
		in := h.dispatch(r.ID)
		if _, err := h.ledger.Stop(h.t.Context(), officer, in.ID); err != nil {
			h.t.Fatal(err)
		}
		h.engine()
		ended := h.reach(r.ID, jobs.Stopped, time.Minute)
		if in.Sending == 0 || ended.Unknown != in.Sending || ended.Sent != in.Sent || ended.Excluded != in.Queued {
			h.t.Errorf("stopped with %+v after %+v", ended, in)
		}
	})
}

func TestStopDispatch_PausedOrHeld_LeavesEveryoneOut(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(700)
		stale, paused := h.scheduled(time.Minute), h.scheduled(13*time.Hour+time.Minute)
		time.Sleep(13 * time.Hour)
		h.relay.down = errors.New("away")
		h.engine()
		time.Sleep(2 * time.Minute)
		if _, err := h.ledger.Pause(h.t.Context(), officer, h.dispatch(paused.ID).ID); err != nil {
			h.t.Fatal(err)
		}
		for _, release := range []string{stale.ID, paused.ID} {
			if _, err := h.ledger.Stop(h.t.Context(), officer, h.dispatch(release).ID); err != nil {
				h.t.Fatal(err)
			}
			if d := h.reach(release, jobs.Stopped, 20*time.Second); d.Excluded != 700 {
				h.t.Errorf("stopped: %+v", d)
			}
		}
	})
}

func TestSteering_OfADispatchNotInTheStateForIt_Conflicts(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3)
		r := h.scheduled(5 * time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		id := h.reach(r.ID, jobs.Staged, 0).ID
		refuse := func(state string) {
			h.t.Helper()
			before := len(h.actions(id))
			_, pause := h.ledger.Pause(h.t.Context(), officer, id)
			_, resume := h.ledger.Resume(h.t.Context(), officer, id)
			_, stop := h.ledger.Stop(h.t.Context(), officer, id)
			_, retry := h.ledger.RetryFailed(h.t.Context(), officer, id)
			for what, err := range map[string]error{"pause": pause, "resume": resume, "stop": stop, "retry": retry} {
				if !errors.Is(err, jobs.ErrConflict) {
					h.t.Errorf("%s, %s: %v", state, what, err)
				}
			}
			if after := len(h.actions(id)); after != before {
				h.t.Errorf("%s: what was refused is in the history", state)
			}
		}
		refuse(jobs.Staged)
		h.done(r.ID, 10*time.Minute)
		refuse(jobs.Done)
	})
}

func TestRetryFailed_TriesThemAgain(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1200)
		r := h.scheduled(time.Minute)
		h.relay.answer = func(to string, try int) (mail.Outcome, error) {
			if try == 1 && to < "reader2" {
				return mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.7.1", Text: "not now"}, nil
			}
			return mail.Outcome{Class: mail.Sent, Code: 250}, nil
		}
		e := h.engine()
		time.Sleep(time.Minute)
		d := h.done(r.ID, time.Minute)
		if d.Failed == 0 {
			h.t.Fatalf("done: %+v", d)
		}
		h.exec(`UPDATE deliveries SET doubts = 4, losses = 1 WHERE state = 'failed'`)
		if _, err := h.ledger.RetryFailed(h.t.Context(), officer, d.ID); err != nil {
			h.t.Fatal(err)
		}
		e.Wake()
		if again := h.done(r.ID, time.Minute); again.Sent != 1200 || again.Failed != 0 || again.UnknownRetried != d.Failed {
			h.t.Errorf("tried again: %+v", again)
		}
		var most int
		if err := h.db.QueryRow(`SELECT MAX(doubts + losses) FROM deliveries`).Scan(&most); err != nil || most != 1 {
			h.t.Errorf("doubts are counted from %d, %v", most, err)
		}
		h.wantEachOnce(1200)
	})
}

// actions is the history of a dispatch: "dispatch.lift by system".
func (h *house) actions(id string) (list []string) {
	h.t.Helper()
	rows, err := h.db.Query(`SELECT action, actor FROM history WHERE subject = $1 ORDER BY seq`, id)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var action, actor string
		if err := rows.Scan(&action, &actor); err != nil {
			h.t.Fatal(err)
		}
		list = append(list, action+" by "+actor)
	}
	return list
}
