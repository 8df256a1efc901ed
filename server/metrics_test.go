package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestMetrics_TellOfLiftsMailAndRequests_AtAnAddressOfTheirOwn(t *testing.T) {
	p := newProcess(t, map[string]string{"DATELINE_METRICS": freeAddress(t)})
	p.start()
	c := p.client("admin")
	makeNewsroom(c, 7)
	id, page := scheduleCorpus(t, c, time.Second)
	waitUntilDone(t, c, id)
	get(t, page)

	status, _, body := get(t, "http://"+p.env["DATELINE_METRICS"]+"/metrics")
	for _, want := range []string{
		`dateline_lifts_total 1`, `dateline_lift_lateness_seconds_count 1`, `dateline_deliveries{outcome="sent"} 7`, `dateline_overdue{what="lifts"} 0`,
		`dateline_queue_depth{lane=`, `dateline_clock_skew 0`, `dateline_clock_unsynced`, `dateline_leaks 0`, `dateline_up{what="database"} 1`,
		`dateline_request_seconds_count{method="GET",route="/:newsroom/:slug",status="200"}`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%d lacks %q", status, want)
		}
	}
	if status, _, _ := get(t, p.base+"/metrics"); status != http.StatusNotFound {
		t.Errorf("strangers get figures: %d", status)
	}
}
