package jobs_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
)

var (
	taken   = mail.Outcome{Class: mail.Sent, Code: 250, Enhanced: "2.0.0", Text: "queued"}
	blocked = mail.Outcome{Class: mail.Policy, Code: 550, Enhanced: "5.7.1", Text: "blocked"}
)

// refusing answers that a domain refuses, or one address, for as long as it does.
func refusing(whom string, until time.Time) func(string, int) (mail.Outcome, error) {
	return func(to string, _ int) (mail.Outcome, error) {
		if strings.HasSuffix(to, whom) && time.Now().Before(until) {
			return blocked, nil
		}
		return taken, nil
	}
}

func (h *house) rests() []jobs.Rest {
	h.t.Helper()
	list, err := h.ledger.Rests(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// triesAt counts what was tried at a domain.
func (h *house) triesAt(domain string) (n int) {
	_, tries := h.relay.times()
	for to, at := range tries {
		if strings.HasSuffix(to, "@"+domain) {
			n += len(at)
		}
	}
	return n
}

func (h *house) deliveries(f jobs.DeliveryFilter) []jobs.Delivery {
	h.t.Helper()
	f.Limit = 500
	list, _, err := h.ledger.Deliveries(h.t.Context(), f)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func TestPolicy_ADomainThatRefusesUs_RestsAndNobodyElseWaits(t *testing.T) {
	each(t, func(h *house) {
		h.subscribeAt("Blocked.example", 300)
		h.subscribeAt("open.example", 300)
		r := h.scheduled(time.Minute)
		lift := time.Now().Add(time.Minute)
		h.relay.answer = refusing("@Blocked.example", lift.Add(2*time.Minute))
		h.engine()
		time.Sleep(time.Minute + 5*time.Second)
		d := h.dispatch(r.ID)
		if d.Sent != 300 || d.Deferred != 300 {
			h.t.Fatalf("the other domain waits: %+v", d)
		}
		tried := h.triesAt("Blocked.example")
		if tried == 0 || tried > 8 { // what four connections had on the wire and asked for ahead
			h.t.Errorf("%d were tried at the domain that refuses", tried)
		}
		for _, p := range h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID, State: jobs.Deferred}) {
			if p.Attempts != 0 || p.Code != "550 5.7.1" || p.Reason != "blocked" || p.NextAt.Before(lift.Add(50*time.Second)) {
				h.t.Fatalf("one of those who wait: %+v", p)
			}
		}
		rests := h.rests()
		if len(rests) != 1 || rests[0].Scope != jobs.DomainRests || rests[0].Name != "blocked.example" || rests[0].Code != "550 5.7.1" ||
			rests[0].Reason != "blocked" || rests[0].Until.Before(lift.Add(50*time.Second)) {
			h.t.Errorf("the desk is told: %+v", rests)
		}
		if d = h.done(r.ID, 20*time.Minute); d.Sent != 600 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(600)
		if left := h.rests(); len(left) != 0 {
			h.t.Errorf("the domain takes mail, and the desk is told: %+v", left)
		}
		if len(h.links.bounced) > 0 {
			h.t.Errorf("suppressed: %v", h.links.bounced)
		}
	})
}

func TestPolicy_ADomainThatGoesOnRefusing_RestsLongerEachTimeUntilItsTimeIsUp(t *testing.T) {
	each(t, func(h *house) {
		h.subscribeAt("blocked.example", 90) // fewer than would brake the mailing
		h.subscribeAt("open.example", 10)
		r := h.scheduled(time.Minute)
		h.relay.answer = refusing("@blocked.example", time.Now().Add(1000*time.Hour))
		h.relay.settings.Retry = mail.Retry{Waits: []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute}, GiveUp: 10 * time.Minute}
		h.engine()
		time.Sleep(time.Minute)
		began := time.Now()
		d := h.done(r.ID, 30*time.Minute)
		if d.Sent != 10 || d.Failed != 90 {
			h.t.Errorf("done: %+v", d)
		}
		if took := time.Since(began); took < 10*time.Minute || took > 20*time.Minute {
			h.t.Errorf("it gave up after %v", took)
		}
		var tries []time.Time
		_, all := h.relay.times()
		for _, at := range all {
			tries = append(tries, at...)
		}
		slices.SortFunc(tries, time.Time.Compare)
		var gaps []time.Duration // between rests
		for i := 1; i < len(tries); i++ {
			if gap := tries[i].Sub(tries[i-1]); gap > 30*time.Second {
				gaps = append(gaps, gap)
			}
		}
		for i, least := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
			if len(gaps) <= i || gaps[i] < least*9/10 || gaps[i] > least*13/10+10*time.Second {
				h.t.Fatalf("it rested for %v", gaps)
			}
		}
		for _, p := range h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID, State: jobs.Failed}) {
			if p.Attempts != 0 || p.Code != "550 5.7.1" {
				h.t.Fatalf("failed: %+v", p)
			}
		}
		if len(h.links.bounced) > 0 {
			h.t.Errorf("suppressed: %v", h.links.bounced)
		}
	})
}

func TestPolicy_OneMailboxesOwnRule_DoesNotKeepItsColleaguesWaiting(t *testing.T) {
	each(t, func(h *house) {
		h.subscribeAt("office.example", 50)
		r := h.scheduled(time.Minute)
		h.relay.answer = refusing("reader1@office.example", time.Now().Add(1000*time.Hour))
		h.relay.settings.Retry.GiveUp = 10 * time.Minute
		h.engine()
		time.Sleep(time.Minute + 3*time.Minute)
		if d := h.dispatch(r.ID); d.Sent != 49 || d.Deferred != 1 {
			h.t.Errorf("after three minutes: %+v", d)
		}
		if d := h.done(r.ID, 30*time.Minute); d.Sent != 49 || d.Failed != 1 {
			h.t.Errorf("done: %+v", d)
		}
	})
}

func TestPolicy_TwoEngines_LearnOfEachOthersRests(t *testing.T) {
	each(t, func(h *house) {
		h.subscribeAt("blocked.example", 600)
		r := h.scheduled(time.Minute)
		h.relay.pace = 10 * time.Millisecond
		h.relay.answer = refusing("@blocked.example", time.Now().Add(time.Minute+3*time.Minute))
		for range 2 {
			h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, s.Alone = h.open(), false })
		}
		time.Sleep(2*time.Minute + 30*time.Second)
		if tried := h.triesAt("blocked.example"); tried > 2*2*8 {
			h.t.Errorf("two engines, two looks: %d were tried", tried)
		}
		if d := h.done(r.ID, 20*time.Minute); d.Sent != 600 {
			h.t.Errorf("done: %+v", d)
		}
	})
}

func TestBarred_ARelayThatRefusesUs_UsesUpNobodysTries(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(600)
		r := h.scheduled(time.Minute)
		back := time.Now().Add(time.Minute + 30*time.Second)
		refusal := &mail.Failure{Outcome: mail.Outcome{Class: mail.Barred, Code: 421, Enhanced: "4.7.0", Text: "not now"}}
		h.relay.answer = func(string, int) (mail.Outcome, error) {
			if time.Now().Before(back) {
				return refusal.Outcome, refusal
			}
			return taken, nil
		}
		e := h.engine()
		time.Sleep(time.Minute + 10*time.Second)
		if d := h.dispatch(r.ID); d.Queued+d.Deferred != 600 {
			h.t.Errorf("while it refuses: %+v", d)
		}
		if err := e.Health(h.t.Context()).Relay; err != nil {
			h.t.Errorf("it can be reached: %v", err)
		}
		h.relay.set(func(r *relay) {
			r.rests = []mail.Rest{{Relay: "smtp.example.org:587", Why: refusal.Outcome, Since: time.Now(), Until: time.Now().Add(20 * time.Second)}}
		})
		time.Sleep(6 * time.Second)
		if rests := h.rests(); len(rests) != 1 || rests[0].Scope != jobs.RelayRests || rests[0].Name != "smtp.example.org:587" || rests[0].Code != "421 4.7.0" {
			h.t.Errorf("the desk is told: %+v", rests)
		}
		h.relay.set(func(r *relay) { r.rests = nil })
		d := h.done(r.ID, time.Minute)
		if d.Sent != 600 || d.UnknownRetried != 0 || len(h.rests()) > 0 {
			h.t.Errorf("done: %+v, rests %+v", d, h.rests())
		}
		for _, p := range h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID}) {
			if p.Attempts != 1 {
				h.t.Fatalf("sent at the try number %d", p.Attempts)
			}
		}
	})
}

func TestPolicy_ALetter_WaitsForItsDomainAndUsesUpNoTry(t *testing.T) {
	each(t, func(h *house) {
		h.relay.answer = refusing("@blocked.example", time.Now().Add(10*time.Minute))
		e := h.engine()
		letter := jobs.Letter{NewsroomID: h.newsroom.ID, Kind: "confirm", Recipient: "eva@blocked.example", Language: "sv", Data: map[string]string{"subscriber": "x"}}
		if err := e.Post(context.Background(), letter); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(30 * time.Minute)
		var state string
		var attempts int
		if err := h.db.QueryRow(`SELECT state, attempts FROM letters`).Scan(&state, &attempts); err != nil {
			h.t.Fatal(err)
		}
		if state != jobs.Sent || attempts != 1 || h.triesAt("blocked.example") > 4 {
			h.t.Errorf("%s at attempt %d, after %d tries", state, attempts, h.triesAt("blocked.example"))
		}
	})
}

// A claim for each would be some ten statements for one mail.
func TestDeferred_ComeBackInGroups(t *testing.T) {
	for why, refusal := range map[string]mail.Outcome{"each by itself": {Class: mail.Temporary, Code: 451, Text: "later"}, "a domain that rests": blocked} {
		t.Run(why, func(t *testing.T) {
			each(t, func(h *house) {
				h.subscribe(300)
				r := h.scheduled(time.Minute)
				until := time.Now().Add(time.Minute + 30*time.Second)
				h.relay.answer = func(string, int) (mail.Outcome, error) {
					if time.Now().Before(until) {
						return refusal, nil
					}
					return taken, nil
				}
				h.engine()
				time.Sleep(time.Minute + 20*time.Second)
				h.relay.set(func(r *relay) { r.runs = 0 })
				if d := h.done(r.ID, 10*time.Minute); d.Sent != 300 {
					h.t.Errorf("done: %+v", d)
				}
				h.relay.set(func(r *relay) {
					if r.runs > 40 {
						h.t.Errorf("300 in one batch came back in %d runs", r.runs)
					}
				})
			})
		})
	}
}

func TestDeferred_WaitsAsItsRelayIsSetTo(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1)
		r := h.scheduled(time.Minute)
		h.relay.settings.Retry = mail.Retry{Waits: []time.Duration{10 * time.Second, 2 * time.Minute}, GiveUp: 10 * time.Minute}
		h.relay.answer = func(string, int) (mail.Outcome, error) {
			return mail.Outcome{Class: mail.Temporary, Code: 451, Enhanced: "4.3.0", Text: "later"}, nil
		}
		h.engine()
		time.Sleep(time.Minute)
		if d := h.done(r.ID, 20*time.Minute); d.Failed != 1 {
			h.t.Errorf("done: %+v", d)
		}
		_, all := h.relay.times()
		tries := all["reader1@example.net"]
		if len(tries) != 6 { // at 0:00, 0:10, 2:10, 4:10, 6:10, 8:10; the next would be past ten minutes
			h.t.Fatalf("tried at %v", tries)
		}
		for i, least := range []time.Duration{9 * time.Second, 108 * time.Second, 108 * time.Second} {
			if gap := tries[i+1].Sub(tries[i]); gap < least || gap > least*11/9+6*time.Second {
				h.t.Errorf("wait %d took %v", i, gap)
			}
		}
	})
}
