package jobs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"dateline/jobs"
)

func TestSituation_LiftedWithRedisDown_IsOnTimeAndMailsWhenItIsBack(t *testing.T) {
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
		time.Sleep(20 * time.Second)
		h.redis.start()
		h.done(r.ID, 15*time.Second)
		h.wantEachOnce(1200)
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
