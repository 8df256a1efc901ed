package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/newsroom"
)

func TestLeakSelfTest_BeforeALift_FindsNothing_AndSaysSo(t *testing.T) {
	p := newProcess(t, map[string]string{"DATELINE_METRICS": freeAddress(t)})
	p.start()
	c := p.client("admin")
	makeNewsroom(c, 0)
	scheduleCorpus(t, c, time.Minute)
	p.kill()
	p.start()
	eventually(t, "the self-test is done", func() bool {
		_, _, body := get(t, "http://"+p.env["DATELINE_METRICS"]+"/metrics")
		return strings.Contains(body, "dateline_leak_tests_total 1")
	})
	if _, _, body := get(t, "http://"+p.env["DATELINE_METRICS"]+"/metrics"); !strings.Contains(body, "dateline_leaks 0") {
		t.Errorf("it leaks:\n%s", p.out)
	}
}

// On a busy machine an answer may have to wait. Only what is slow each time tells one from the other.
func TestLeakSelfTest_OneSlowAnswer_IsNoLeak_AndAnswersThatAreAlwaysSlowAre(t *testing.T) {
	for _, slow := range []int64{1, 1000} {
		var asked atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/secret" && asked.Add(1) <= slow {
				time.Sleep(leakNoise + 20*time.Millisecond) // what it measures
			}
		}))
		p := &program{listener: server.Listener}
		how, err := p.howItTells(t.Context(), newsroom.Probe{Path: "/secret", Missing: "/missing"}, releases.Release{})
		if err != nil || strings.HasPrefix(how, "time ") != (slow > leakTries) {
			t.Errorf("slow %d times: %q, %v", slow, how, err)
		}
		server.Close()
	}
}
