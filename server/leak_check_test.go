package main

import (
	"strings"
	"testing"
	"time"
)

func TestLeakSelfTest_BeforeALift_FindsNothing_AndSaysSo(t *testing.T) {
	p := newProcess(t, map[string]string{"DATELINE_METRICS": freeAddress(t)})
	p.start()
	c := p.client("admin")
	makeNewsroom(c, 0)
	scheduleCorpus(t, c, soon(time.Minute))
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
