package jobs_test

import (
	"context"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/server/database"
)

// crash ends an engine as kill -9 would: what it sends from then on it can't write down, since its leases are
// of no more use to it. They end when they would have ended. What it has in flight the relay has taken.
func (h *house) crash(e *jobs.Engine, db interface{ Close() error }) {
	db.Close()                             // nothing can be claimed from now on
	for number := range h.people/500 + 1 { // one by one: the engine locks several at once
		h.exec(`UPDATE batches SET lease = 'lost' WHERE lease <> '' AND number = $1`, number)
	}
	h.cutOff(e)
}

// cutOff ends an engine as SIGTERM does whose time runs out.
func (h *house) cutOff(e *jobs.Engine) {
	out, cancel := context.WithCancel(context.Background())
	cancel()
	e.Stop(out)
}

func TestCrash_InMidFanout_SkipsNobodyAndCountsTheDoubles(t *testing.T) {
	each(t, func(h *house) {
		const people, connections = 1500, 4
		h.subscribe(people)
		r := h.scheduled(time.Minute)
		h.relay.pace = 4 * time.Millisecond
		kills := 0
		for ; h.dispatch(r.ID).State != jobs.Done; kills++ {
			if kills > 200 {
				h.t.Fatalf("it doesn't get done: %+v", h.dispatch(r.ID))
			}
			db := h.open()
			e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) { d.DB = db })
			if kills == 0 {
				time.Sleep(time.Minute)
			}
			time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
			if kills%4 == 3 {
				h.cutOff(e)
				continue
			}
			h.crash(e, db)
			if database.IsPostgres(h.address) { // others can't know that it is dead before its leases end
				time.Sleep(16 * time.Second)
			}
		}
		d := h.dispatch(r.ID)
		got := h.relay.received()
		doubles := 0
		for to, ids := range got {
			doubles += len(ids) - 1
			for _, id := range ids {
				if id != ids[0] {
					h.t.Errorf("%s got different Message-IDs: %v", to, ids)
				}
			}
		}
		h.t.Logf("%d kills: %d doubles, %d retried, %d unknown", kills, doubles, d.UnknownRetried, d.Unknown)
		if len(got) != people || d.Sent+d.Unknown != people {
			h.t.Errorf("%d of %d got mail: %+v", len(got), people, d)
		}
		if doubles > kills*connections*jobs.Depth || doubles > d.UnknownRetried {
			h.t.Errorf("%d doubles after %d kills, %d counted", doubles, kills, d.UnknownRetried)
		}
	})
}

func TestStop_InMidFanout_GivesEverythingBackAndDoublesNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2000)
		r := h.scheduled(time.Minute)
		h.relay.pace = 20 * time.Millisecond
		e := h.engine()
		time.Sleep(time.Minute)
		for range 4 {
			time.Sleep(time.Second)
			stopped := time.Now()
			e.Stop(h.t.Context())
			if took := time.Since(stopped); took > 3*time.Second {
				h.t.Errorf("stopping took %v", took)
			}
			if d := h.dispatch(r.ID); d.Sending != 0 || d.UnknownRetried != 0 {
				h.t.Errorf("stopped: %+v", d)
			}
			before := len(h.relay.received())
			e = h.engine()
			time.Sleep(time.Second)
			if after := len(h.relay.received()); after < before+50 {
				h.t.Errorf("a second after the start %d more were mailed", after-before)
			}
		}
		h.done(r.ID, time.Minute)
		h.wantEachOnce(2000)
	})
}

func TestStop_TwiceOrBeforeStart_Returns(t *testing.T) {
	each(t, func(h *house) {
		e := h.engine()
		e.Stop(h.t.Context())
		e.Stop(h.t.Context())
		never := jobs.New(jobs.Deps{DB: h.db, Redis: h.redis}, jobs.Settings{})
		never.Stop(h.t.Context())
		never.Stop(h.t.Context())
	})
}

func TestStop_CutOff_LeavesWhatWasInFlightInDoubt(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(10)
		r := h.scheduled(time.Minute)
		h.relay.pace = time.Hour
		e := h.engine()
		time.Sleep(time.Minute + time.Second)
		if d := h.dispatch(r.ID); d.Sending == 0 {
			h.t.Fatalf("nothing is in flight: %+v", d)
		}
		ctx, cancel := context.WithTimeout(h.t.Context(), 5*time.Second)
		defer cancel()
		e.Stop(ctx)
		h.relay.set(func(r *relay) { r.pace = 0 })
		h.engine()
		time.Sleep(2 * time.Minute)
		if d := h.reach(r.ID, jobs.Done, 0); d.Sent != 10 || d.UnknownRetried == 0 {
			h.t.Errorf("done: %+v", d)
		}
	})
}

func TestTwoEngines_ShareAFanout(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(5000)
		r := h.scheduled(time.Minute)
		h.relay.pace = time.Millisecond
		relays := []*relay{h.relay, newRelay()}
		relays[1].pace = time.Millisecond
		for _, relay := range relays {
			h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, d.Sender, s.Alone = h.open(), relay, false })
		}
		time.Sleep(time.Minute)
		if d := h.done(r.ID, time.Minute); d.Sent != 5000 {
			h.t.Errorf("done: %+v", d)
		}
		one, other := relays[0].received(), relays[1].received()
		if len(one) < 500 || len(other) < 500 || len(one)+len(other) != 5000 {
			h.t.Errorf("one engine mailed %d, the other %d", len(one), len(other))
		}
		for to, ids := range one {
			if len(ids) > 1 || other[to] != nil {
				h.t.Errorf("%s got more than one mail", to)
			}
		}
	})
}

func TestCrash_ThriceBeforeAnythingLeft_SkipsNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(40)
		r := h.scheduled(time.Minute)
		h.relay.pace = time.Hour
		for i := range 3 {
			db := h.open()
			e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) { d.DB = db })
			if i == 0 {
				time.Sleep(time.Minute)
			}
			time.Sleep(2 * time.Second)
			h.crash(e, db)
			time.Sleep(16 * time.Second) // leases end
		}
		h.relay.set(func(r *relay) { r.pace = 0 })
		h.engine()
		if d := h.done(r.ID, time.Minute); d.Sent != 40 || d.Unknown != 0 || d.UnknownRetried == 0 {
			h.t.Errorf("done: %+v", d)
		}
		if got := h.relay.received(); len(got) != 40 {
			h.t.Errorf("%d of 40 got mail", len(got))
		}
	})
}

func TestStop_CutOffAgainAndAgain_SkipsNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(40)
		r := h.scheduled(time.Minute)
		h.relay.pace = time.Hour
		for range 4 {
			e := h.engine()
			time.Sleep(time.Minute + 2*time.Second)
			if d := h.dispatch(r.ID); d.Sending == 0 {
				h.t.Fatalf("nothing is in flight: %+v", d)
			}
			h.cutOff(e)
			if d := h.dispatch(r.ID); d.Sending != 0 {
				h.t.Errorf("cut off, it gave nothing back: %+v", d)
			}
		}
		h.relay.set(func(r *relay) { r.pace = 0 })
		h.engine()
		if d := h.done(r.ID, 5*time.Minute); d.Sent != 40 || d.Unknown != 0 || d.UnknownRetried == 0 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(40)
	})
}

// A crash says nothing about a recipient that its marks reached over: the loss of their connection is the
// first that may have carried their message.
func TestLostConnection_OfOneInDoubtSinceACrash_IsSentOnceMore(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(40)
		r := h.scheduled(time.Minute)
		h.relay.pace = time.Hour
		db := h.open()
		e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) { d.DB = db })
		time.Sleep(time.Minute + 2*time.Second)
		h.crash(e, db)
		time.Sleep(16 * time.Second) // leases end
		h.relay.set(func(r *relay) {
			r.pace = 0
			r.answer = func(_ string, try int) (mail.Outcome, error) {
				if try == 1 {
					return mail.Outcome{Class: mail.Unknown, Text: "EOF"}, io.ErrUnexpectedEOF
				}
				return mail.Outcome{Class: mail.Sent, Code: 250}, nil
			}
		})
		h.engine()
		if d := h.done(r.ID, 24*time.Hour); d.Sent != 40 || d.Unknown != 0 || d.UnknownRetried != 40 {
			h.t.Errorf("done: %+v", d)
		}
	})
}

func TestLostConnection_Twice_EndsAsUnknown(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3)
		r := h.scheduled(time.Minute)
		h.relay.answer = func(string, int) (mail.Outcome, error) {
			return mail.Outcome{Class: mail.Unknown, Text: "EOF"}, io.ErrUnexpectedEOF
		}
		h.engine()
		if d := h.done(r.ID, 24*time.Hour); d.Unknown != 3 || d.UnknownRetried != 3 {
			h.t.Errorf("done: %+v", d)
		}
		for to, ids := range h.relay.received() {
			if len(ids) != 2 || ids[0] != ids[1] {
				h.t.Errorf("%s was sent %v; want one message twice", to, ids)
			}
		}
	})
}
