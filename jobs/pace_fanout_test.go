package jobs_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
)

func TestPace_ALimitedDomain_HoldsUpNobodyElseAndKeepsItsRate(t *testing.T) {
	each(t, func(h *house) {
		h.subscribeAt("big.example", 150)
		h.subscribeAt("small.example", 150)
		r := h.scheduled(time.Minute)
		h.relay.settings = mail.Relay{Host: "x", DomainRate: mail.Rate{Messages: 10, Window: time.Second}}
		for range 2 {
			h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, s.Alone = h.open(), false })
		}
		time.Sleep(time.Minute)
		d := h.done(r.ID, 90*time.Second)
		h.wantEachOnce(300)
		var big []time.Time
		all, _ := h.relay.times()
		for to, at := range all {
			if strings.HasSuffix(to, "@big.example") {
				big = append(big, at)
			}
		}
		first := 0
		sortTimes(big)
		for i, at := range big {
			for at.Sub(big[first]) >= time.Second {
				first++
			}
			if n := i - first + 1; n > 10 {
				h.t.Fatalf("%d in a second", n)
			}
		}
		if took := big[149].Sub(d.StartedAt); took > time.Minute {
			h.t.Errorf("150 at 10 a second took %v", took)
		}
		for _, p := range h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID}) {
			if p.Attempts != 1 {
				h.t.Fatalf("%s was sent at try %d", p.Email, p.Attempts)
			}
		}
	})
}

func sortTimes(list []time.Time) { slices.SortFunc(list, time.Time.Compare) }
