package api

import (
	"strings"
	"testing"

	"dateline/server/auth"
)

func TestSchedule_TakesALocalTimeOrAnOffset(t *testing.T) {
	for _, c := range []struct{ about, body, at, local, zone string }{
		{"local time and zone", `{"lift_at": "2016-10-18T06:00", "zone": "Europe/Stockholm"}`, "2016-10-18T04:00:00.000Z", "2016-10-18T06:00", "Europe/Stockholm"},
		{"local time in the newsroom's zone", `{"lift_at": "2016-10-18T06:00"}`, "2016-10-18T04:00:00.000Z", "2016-10-18T06:00", "Europe/Stockholm"},
		{"local time elsewhere", `{"lift_at": "2016-10-18T06:00", "zone": "America/New_York"}`, "2016-10-18T10:00:00.000Z", "2016-10-18T06:00", "America/New_York"},
		{"offset alone", `{"lift_at": "2016-10-18T06:00:00-04:00"}`, "2016-10-18T10:00:00.000Z", "", ""},
		{"UTC alone", `{"lift_at": "2016-10-18T04:00:00Z"}`, "2016-10-18T04:00:00.000Z", "", ""},
		{"offset that says which of two", `{"lift_at": "2016-10-30T02:30+01:00", "zone": "Europe/Stockholm"}`, "2016-10-30T01:30:00.000Z", "2016-10-30T02:30", "Europe/Stockholm"},
	} {
		t.Run(c.about, func(t *testing.T) {
			w := sqlite(t)
			id := w.approved(w.newsroom("dalarna"))
			woken := w.engine.wakes
			r := w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", c.body).want(200).has(fields{"state": "scheduled", "lift_at": c.at})
			if c.zone != "" {
				r.has(fields{"lift_local": c.local, "zone": c.zone})
			}
			if w.engine.wakes != woken+1 {
				t.Error("the timer was not told")
			}
		})
	}
}

func TestSchedule_RefusesWhatIsNoInstant_AndSaysWhatWouldDo(t *testing.T) {
	w := sqlite(t)
	id := w.approved(w.newsroom("dalarna"))
	for _, c := range []struct{ about, body, field, told string }{
		{"no time", `{}`, "lift_at", ""},
		{"no time at all", `{"lift_at": "tomorrow"}`, "lift_at", "tomorrow"},
		{"a zone that there is not", `{"lift_at": "2016-10-18T06:00", "zone": "Europe/Falun"}`, "zone", "Europe/Falun"},
		{"skipped by the clocks", `{"lift_at": "2017-03-26T02:30", "zone": "Europe/Stockholm"}`, "lift_at", "03:00"},
		{"twice by the clocks", `{"lift_at": "2016-10-30T02:30", "zone": "Europe/Stockholm"}`, "lift_at", "+01:00"},
		{"an offset the zone has not then", `{"lift_at": "2016-10-18T06:00+05:00", "zone": "Europe/Stockholm"}`, "lift_at", "Europe/Stockholm"},
		{"in the past", `{"lift_at": "2016-10-17T06:00"}`, "lift_at", ""},
		{"a number", `{"lift_at": 20161018}`, "lift_at", ""},
	} {
		wrong := w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", c.body).wrong()
		if message, named := wrong[c.field]; !named || !strings.Contains(message, c.told) {
			t.Errorf("%s: %v", c.about, wrong)
		}
	}
	w.ask(auth.Writer, "GET", "/releases/"+id, nil).want(200).has(fields{"state": "approved", "lift_at": nil})
}

func TestSchedule_BackdatedIsLiveAtOnce(t *testing.T) {
	w := sqlite(t)
	id := w.approved(w.newsroom("dalarna"))
	w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", fields{"lift_at": "2012-06-01T09:00", "backdated": true}).want(200).
		has(fields{"state": "live", "backdated": true, "lift_at": "2012-06-01T07:00:00.000Z"})
}

func TestUnschedule_ClearsTheLift_AndPublishLiftsNow(t *testing.T) {
	w := sqlite(t)
	id := w.approved(w.newsroom("dalarna"))
	w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", fields{"lift_at": "2016-10-18T06:00"}).want(200)
	w.ask(auth.Approver, "POST", "/releases/"+id+"/unschedule", nil).want(200).has(fields{"state": "approved", "lift_at": nil})
	w.ask(auth.Approver, "POST", "/releases/"+id+"/publish", fields{}).want(200).has(fields{"state": "live", "lift_at": "2016-10-17T12:00:00.000Z"})
	w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", fields{"lift_at": "2016-10-18T06:00"}).problem(409)
	w.ask(auth.Approver, "POST", "/releases/"+id+"/unschedule", nil).problem(409)
}

func TestSteps_OutOfTurnAreConflicts(t *testing.T) {
	w := sqlite(t)
	id := w.release(w.newsroom("dalarna"))
	for _, step := range []string{"/schedule", "/publish", "/unschedule"} {
		r := w.ask(auth.Approver, "POST", "/releases/"+id+step, fields{"lift_at": "2016-10-18T06:00"}).problem(409)
		if current, _ := r.body["current"].(fields); current["state"] != "draft" || current["version"] != 1.0 {
			t.Errorf("%s: current is %v", step, r.body["current"])
		}
	}
	w.ask(auth.Approver, "POST", "/releases/"+id+"/approve", fields{"version": 7}).problem(409)
	w.ask(auth.Approver, "POST", "/releases/"+id+"/approve", fields{"version": 1, "hash": "another"}).problem(409)
	if wrong := w.ask(auth.Approver, "POST", "/releases/"+id+"/approve", fields{}).wrong(); wrong["version"] == "" {
		t.Errorf("wrong: %v", wrong)
	}
}

func TestApprove_WithTwoApprovals_TakesAnotherPerson(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	w.ask(auth.Admin, "PATCH", "/newsrooms/"+n, fields{"approvals": 2}).want(200).has(fields{"approvals": 2})
	id := w.ask(auth.Approver, "POST", "/newsrooms/"+n+"/releases", fields{"headline": "Mitt eget"}).want(201).str("id")
	w.ask(auth.Approver, "POST", "/releases/"+id+"/submit", nil).want(200)
	w.ask(auth.Approver, "POST", "/releases/"+id+"/approve", fields{"version": 1}).problem(409)
	w.ask(auth.Admin, "POST", "/releases/"+id+"/approve", fields{"version": 1}).want(200)
}
