package hub_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/jobs/hub"
)

func TestLift_IsDistributedAtItsInstant_AndNothingBefore(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		h.schedule("Det hemliga beskedet", time.Hour)
		h.publish("Annat") // has the topic rendered while the other waits
		if got := h.pinged(s, 1); strings.Contains(got.body, "hemliga") {
			h.t.Fatalf("distributed before its lift: %s", got.body)
		}
		h.pass(time.Hour - time.Millisecond)
		h.hub.Wake()
		h.quiet(s, 1)
		h.pass(time.Millisecond)
		if got := h.pinged(s, 2); !strings.Contains(got.body, "hemliga") {
			h.t.Errorf("at the lift it is distributed without it: %s", got.body)
		}
	})
}

func TestWithdrawn_WhileAPingWaits_ItIsNeverSent(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		s.will(always(http.StatusServiceUnavailable))
		r := h.publish("Fel siffror")
		h.pinged(s, 1)
		h.quiet(s, 1)
		s.will(nil)
		h.change(`UPDATE releases SET state = 'withdrawn', changed_at = $1 WHERE id = $2`, h.now().UnixMilli(), r.ID)
		h.pass(10 * time.Second)
		for _, ping := range []received{h.pinged(s, 2)} {
			if strings.Contains(ping.body, "Fel siffror") {
				h.t.Errorf("what was withdrawn is sent: %s", ping.body)
			}
		}
	})
}

func TestALiveReleaseThatChanges_IsDistributedAnew(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		r := h.publish("Nytt")
		h.pinged(s, 1)
		h.pass(time.Minute)
		corrected := h.now().UnixMilli()
		h.change(`UPDATE releases SET updated_at = $1, changed_at = $1 WHERE id = $2`, corrected, r.ID)
		if got := h.pinged(s, 2); !strings.Contains(got.body, fmt.Sprint("Nytt, updated ", corrected)) {
			h.t.Errorf("distributed as %s", got.body)
		}
	})
}

func TestNothingPublicChanged_NothingIsSent(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		h.schedule("Utkast", 24*time.Hour)
		h.hub.Wake()
		h.change(`UPDATE newsrooms SET boilerplate = 'x'`)
		h.pass(time.Minute)
		h.quiet(s, 0)
	})
}

func TestANewVersion_SupersedesWhatIsStillOpen(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		s.will(always(http.StatusServiceUnavailable))
		h.publish("Ett")
		h.pinged(s, 1)
		h.quiet(s, 1)
		s.will(nil)
		h.publish("Två")
		got := h.pinged(s, 2)
		if !strings.Contains(got.body, "Ett") || !strings.Contains(got.body, "Två") {
			h.t.Errorf("the second ping has %s", got.body)
		}
		h.pass(time.Hour)
		h.quiet(s, 2)
	})
}

func TestTwoVersionsAtOnce_ReachASlowSubscriberInOrder(t *testing.T) {
	each(t, func(h *house) {
		var mu sync.Mutex
		under, most := 0, 0
		first := make(chan struct{})
		s := h.subscribed()
		s.will(func(w http.ResponseWriter, r *http.Request) bool {
			mu.Lock()
			under++
			most = max(most, under)
			alone := len(s.pings()) == 1
			mu.Unlock()
			if alone {
				<-first
			}
			mu.Lock()
			under--
			mu.Unlock()
			return false
		})
		h.publish("Ett")
		h.pinged(s, 1)
		h.publish("Två")
		h.eventually("the second version waits", func() bool { return h.count(`SELECT COUNT(*) FROM hub_pings WHERE state = 'queued'`) == 1 })
		close(first)
		if got := h.pinged(s, 2); !strings.Contains(got.body, "Två") {
			h.t.Errorf("the second ping has %s", got.body)
		}
		if most != 1 {
			h.t.Errorf("%d pings were on their way to it at once", most)
		}
	})
}

func TestSeveralNodes_PingOnce(t *testing.T) {
	each(t, func(h *house) {
		for range 3 {
			h.start(func(_ *hub.Deps, s *hub.Settings) { s.Look = 5 * time.Millisecond })
		}
		subscribers := []*subscriber{h.subscribed(), h.subscribed(), h.subscribed()}
		for round := 1; round <= 5; round++ {
			h.publish(strings.Repeat("N", round))
			for _, s := range subscribers {
				h.pinged(s, round)
				h.quiet(s, round)
			}
		}
	})
}

func TestANodeWhoseClockIsBehind_DistributesNothingOld(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		behind := h.start(func(d *hub.Deps, _ *hub.Settings) { d.Now = func() time.Time { return h.now().Add(-time.Second) } })
		h.schedule("Nytt", time.Minute)
		h.pass(time.Minute)
		h.hub.Wake()
		h.pinged(s, 1)
		for range 20 {
			behind.Wake()
			h.pass(30 * time.Millisecond)
			h.quiet(s, 1)
		}
		h.pass(time.Minute)
		h.quiet(s, 1)
	})
}

func TestRedisGone_ThePingsGoWhenItIsBack(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		h.mini.SetError("LOADING away")
		h.publish("Nytt")
		h.eventually("the ping is opened", func() bool { return h.count(`SELECT COUNT(*) FROM hub_pings`) == 1 })
		h.quietAtMost(s, 0)
		h.mini.FlushAll()
		h.mini.SetError("")
		h.pinged(s, 1)
		h.quiet(s, 1)
	})
}

func TestKilledInTheMiddle_WhatWasInFlightGoesAgain(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		h.hub.Stop(context.Background())
		h.reconnect()
		// What a process leaves that was killed while it held both.
		h.exec(`INSERT INTO hub_pings (subscription_id, version, state, lease, free_at, attempts, reason, created_at)
			SELECT id, 1, 'queued', 'dead', $1, 0, '', $2 FROM hub_subscriptions`, h.now().Add(time.Hour).UnixMilli(), h.now().UnixMilli())
		h.exec(`UPDATE hub_topics SET version = 1`)
		h.start(func(_ *hub.Deps, s *hub.Settings) { s.Alone = true })
		h.pinged(s, 1)
		h.quiet(s, 1)
	})
}

func TestOffAcrossALift_ItIsDistributedAtTheStart(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		h.schedule("Nytt", time.Minute)
		h.hub.Stop(context.Background())
		h.reconnect()
		h.pass(5 * time.Hour)
		h.start()
		if got := h.pinged(s, 1); !strings.Contains(got.body, "Nytt") {
			h.t.Errorf("distributed as %s", got.body)
		}
	})
}

func TestStop_LetsWhatIsInFlightEnd_AndMayComeTwice(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		begun, go_ := make(chan struct{}), make(chan struct{})
		s.will(func(http.ResponseWriter, *http.Request) bool {
			close(begun)
			<-go_
			return false
		})
		h.publish("Nytt")
		<-begun
		stopped := make(chan struct{})
		go func() { h.hub.Stop(context.Background()); close(stopped) }()
		close(go_)
		<-stopped
		if n := h.count(`SELECT COUNT(*) FROM hub_pings WHERE state = 'sent'`); n != 1 {
			h.t.Error("what was in flight was not written down")
		}
		h.hub.Stop(context.Background())
	})
}

func TestStop_ThatCutsOff_CountsNoFailure(t *testing.T) {
	each(t, func(h *house) {
		s := h.subscribed()
		begun, end := make(chan struct{}), make(chan struct{})
		defer close(end)
		s.will(func(http.ResponseWriter, *http.Request) bool {
			close(begun)
			<-end
			return false
		})
		h.publish("Nytt")
		<-begun
		now, cancel := context.WithCancel(context.Background())
		cancel()
		h.hub.Stop(now)
		if n := h.count(`SELECT COUNT(*) FROM hub_pings WHERE state = 'queued' AND attempts = 0 AND lease = ''`); n != 1 {
			h.t.Error("it is not free to be sent at the next start")
		}
	})
}

// On Postgres a topic could be forgotten between the moment its subscription found it and the moment it was made.
func TestSubscribing_WhileTopicsNobodyAsksForAreForgotten_Succeeds(t *testing.T) {
	each(t, func(h *house) {
		s, done := newSubscriber(h.t), make(chan struct{})
		var tidying sync.WaitGroup
		tidying.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				// What a former subscription leaves behind.
				_, err := h.db.Exec(`INSERT INTO hub_topics (topic, version, hash, rendered_at) VALUES ('/dalarna/feed.atom', 0, '', 0) ON CONFLICT DO NOTHING`)
				if err != nil {
					h.t.Errorf("a topic that is left behind: %v", err)
				}
				if err := h.hub.Tidy(context.Background()); err != nil {
					h.t.Errorf("forget topics: %v", err)
				}
			}
		})
		defer tidying.Wait()
		defer close(done)
		for i := range 50 {
			for _, mode := range []string{"subscribe", "unsubscribe"} {
				if err := h.hub.Ask(h.t.Context(), "192.0.2."+strconv.Itoa(i), hub.Request{Mode: mode, Topic: topic, Callback: s.callback()}); err != nil {
					h.t.Fatal(err)
				}
				h.settled()
			}
		}
		if strings.Contains(h.logged(), "level=ERROR") || strings.Contains(h.logged(), "level=WARN") {
			h.t.Errorf("it was not done at once:\n%s", h.logged())
		}
	})
}
