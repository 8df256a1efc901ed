package jobs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"dateline/jobs"
)

func TestSituation_LiftedWithRedisDown_IsOnTimeAndMailsByTheDatabase(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1200)
		r := h.scheduled(time.Minute)
		h.redis.stop()
		e := h.engine()
		time.Sleep(time.Minute + 100*time.Millisecond)
		d := h.reach(r.ID, jobs.Sending, 0)
		if late := d.StartedAt.Sub(r.LiftAt); !r.LiftAt.IsZero() && late > 50*time.Millisecond {
			h.t.Errorf("lifted %v late", late)
		}
		if e.Health(h.t.Context()).Redis == nil {
			h.t.Error("nobody says that Redis is away")
		}
		h.done(r.ID, 5*time.Second)
		h.wantEachOnce(1200)
		h.redis.start()
		time.Sleep(5 * time.Second)
		if err := e.Health(h.t.Context()).Redis; err != nil {
			h.t.Errorf("Redis is back: %v", err)
		}
	})
}

func TestRedis_FlushedAtRandom_DelaysAtMost15Seconds(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(2000)
		r := h.scheduled(time.Minute)
		h.relay.pace = 10 * time.Millisecond
		h.engine()
		time.Sleep(time.Minute - 50*time.Millisecond)
		flushes := 0
		for h.dispatch(r.ID).State != jobs.Done {
			if flushes++; flushes > 10 {
				break
			}
			h.redis.FlushAll(h.t.Context())
			before := len(h.relay.received())
			time.Sleep(15 * time.Second)
			if after := len(h.relay.received()); after == before && after < 2000 {
				h.t.Errorf("15 seconds after a FLUSHALL nothing has left: %+v", h.dispatch(r.ID))
			}
			time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
		}
		h.done(r.ID, 30*time.Second)
		h.wantEachOnce(2000)
	})
}

func TestRedis_StoppedInMidFanout_SkipsAndDoublesNobody(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3000)
		r := h.scheduled(time.Minute)
		h.relay.pace = 6 * time.Millisecond
		h.engine()
		time.Sleep(time.Minute + time.Second)
		h.redis.stop()
		time.Sleep(20 * time.Second)
		h.redis.start()
		h.done(r.ID, time.Minute)
		h.wantEachOnce(3000)
	})
}

func TestRedis_AfterAFanout_HoldsNothing(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1200)
		r := h.scheduled(time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		h.done(r.ID, time.Minute)
		time.Sleep(20 * time.Second)
		for _, stream := range []string{"dateline:{dateline}:now", "dateline:{dateline}:lift"} {
			if n := h.redis.XLen(h.t.Context(), stream).Val(); n != 0 {
				h.t.Errorf("%s holds %d entries", stream, n)
			}
			if p := h.redis.XPending(h.t.Context(), stream, "workers").Val(); p != nil && p.Count != 0 {
				h.t.Errorf("%s has %d pending", stream, p.Count)
			}
		}
	})
}

func TestRedis_AwayForGood_LettersLeave_AndTwoWorkersShareAFanout(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(5000)
		r := h.scheduled(time.Minute)
		h.redis.stop()
		h.relay.pace = time.Millisecond
		relays := []*relay{h.relay, newRelay()}
		relays[1].pace = time.Millisecond
		var engines []*jobs.Engine
		for _, relay := range relays {
			engines = append(engines, h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, d.Sender, s.Alone = h.open(), relay, false }))
		}
		letter := jobs.Letter{NewsroomID: h.newsroom.ID, Kind: "confirm", Recipient: "eva@example.se", Language: "sv", Data: map[string]string{"subscriber": "x"}}
		if err := engines[0].Post(h.t.Context(), letter); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		got := func(i int, to string) int { return len(relays[i].received()[to]) }
		if n := got(0, "eva@example.se") + got(1, "eva@example.se"); n != 1 {
			h.t.Errorf("the letter left %d times", n)
		}
		time.Sleep(55 * time.Second)
		if d := h.done(r.ID, 30*time.Second); d.Sent != 5000 || d.UnknownRetried != 0 {
			h.t.Errorf("done: %+v", d)
		}
		one, other := relays[0].received(), relays[1].received()
		if len(one) < 500 || len(other) < 500 || len(one)+len(other) != 5001 {
			h.t.Errorf("one engine mailed %d, the other %d", len(one), len(other))
		}
	})
}
