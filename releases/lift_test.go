package releases_test

import (
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/input"
)

func TestParseLift_GivesInstantLocalTimeAndZone(t *testing.T) {
	for _, test := range []struct{ at, zone, instant, local, wantZone string }{
		{"2016-10-18T06:00", "Europe/Stockholm", "2016-10-18T04:00:00Z", "2016-10-18T06:00", "Europe/Stockholm"},
		{"2016-10-18T06:00:30", "Europe/Stockholm", "2016-10-18T04:00:30Z", "2016-10-18T06:00:30", "Europe/Stockholm"},
		{"2016-10-18T06:00+02:00", "Europe/Stockholm", "2016-10-18T04:00:00Z", "2016-10-18T06:00", "Europe/Stockholm"},
		{"2016-10-18T04:00:00.000Z", "Europe/Stockholm", "2016-10-18T04:00:00Z", "2016-10-18T06:00", "Europe/Stockholm"},
		{"2016-10-18T04:00:00.1239Z", "Asia/Kathmandu", "2016-10-18T04:00:00.123Z", "2016-10-18T09:45:00.123", "Asia/Kathmandu"},
		{"2016-10-18T06:00:00+02:00", "", "2016-10-18T04:00:00Z", "2016-10-18T06:00", ""},
		{"2016-10-30T02:30+02:00", "Europe/Stockholm", "2016-10-30T00:30:00Z", "2016-10-30T02:30", "Europe/Stockholm"},
		{"2016-10-30T02:30+01:00", "Europe/Stockholm", "2016-10-30T01:30:00Z", "2016-10-30T02:30", "Europe/Stockholm"},
		{"2016-03-27T03:00", "Europe/Stockholm", "2016-03-27T01:00:00Z", "2016-03-27T03:00", "Europe/Stockholm"},
		{"2016-03-27T01:59", "Europe/Stockholm", "2016-03-27T00:59:00Z", "2016-03-27T01:59", "Europe/Stockholm"},
		{"2016-10-30T03:00", "Europe/Stockholm", "2016-10-30T02:00:00Z", "2016-10-30T03:00", "Europe/Stockholm"},
	} {
		lift, err := releases.ParseLift(test.at, test.zone)
		if err != nil {
			t.Errorf("%s %s: %v", test.at, test.zone, err)
			continue
		}
		if got := lift.At.Format(time.RFC3339Nano); got != test.instant || lift.Local != test.local || lift.Zone != test.wantZone || lift.At.Location() != time.UTC {
			t.Errorf("%s %s: got %s, %s, %q", test.at, test.zone, got, lift.Local, lift.Zone)
		}
	}
}

func TestSituation_ALocalTimeThatDoesNotExist_NamesTheNearestTwo(t *testing.T) {
	for _, test := range []struct{ at, zone, before, after string }{
		{"2016-03-27T02:30", "Europe/Stockholm", "2016-03-27T01:59", "2016-03-27T03:00"},
		{"2016-03-27T02:00", "Europe/Stockholm", "2016-03-27T01:59", "2016-03-27T03:00"},
		{"2016-03-13T02:59:59", "America/New_York", "2016-03-13T01:59", "2016-03-13T03:00"},
		{"2016-10-02T02:15", "Australia/Lord_Howe", "2016-10-02T01:59", "2016-10-02T02:30"},
		{"2011-12-30T12:00", "Pacific/Apia", "2011-12-29T23:59", "2011-12-31T00:00"},
	} {
		_, err := releases.ParseLift(test.at, test.zone)
		args := wantFaults(t, err, "lift_at", "fault.lift_skipped")[0].Args
		if args["Before"] != test.before || args["After"] != test.after || args["Zone"] != test.zone || args["Value"] != test.at {
			t.Errorf("%s in %s: %v", test.at, test.zone, args)
		}
	}
}

func TestSituation_ALocalTimeThatOccursTwice_AsksWhich(t *testing.T) {
	for _, test := range []struct{ at, zone, first, second string }{
		{"2016-10-30T02:30", "Europe/Stockholm", "2016-10-30T02:30+02:00", "2016-10-30T02:30+01:00"},
		{"2016-10-30T02:00", "Europe/Stockholm", "2016-10-30T02:00+02:00", "2016-10-30T02:00+01:00"},
		{"2016-10-30T01:30", "Europe/London", "2016-10-30T01:30+01:00", "2016-10-30T01:30+00:00"},
		{"2016-04-03T02:30", "Australia/Sydney", "2016-04-03T02:30+11:00", "2016-04-03T02:30+10:00"},
	} {
		_, err := releases.ParseLift(test.at, test.zone)
		args := wantFaults(t, err, "lift_at", "fault.lift_twice")[0].Args
		if args["First"] != test.first || args["Second"] != test.second {
			t.Errorf("%s in %s: %v", test.at, test.zone, args)
		}
		// Each of the two that are named is an answer.
		first, err1 := releases.ParseLift(test.first, test.zone)
		second, err2 := releases.ParseLift(test.second, test.zone)
		if err1 != nil || err2 != nil || second.At.Sub(first.At) != time.Hour {
			t.Errorf("%v, %v; %v apart", err1, err2, second.At.Sub(first.At))
		}
	}
}

func TestParseLift_NamesWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		at, zone string
		faults   []string
	}{
		{"", "", []string{"lift_at", "fault.required"}},
		{"", "Europe/Falun", []string{"zone", "fault.zone", "lift_at", "fault.required"}},
		{"tomorrow", "Europe/Stockholm", []string{"lift_at", "fault.lift"}},
		{"2016-02-30T06:00", "Europe/Stockholm", []string{"lift_at", "fault.lift"}},
		{"0000-01-01T06:00", "Europe/Stockholm", []string{"lift_at", "fault.lift_year"}},
		{"9999-02-20T06:00", "Europe/Stockholm", []string{"lift_at", "fault.lift_year"}},
		{"9999-02-20T06:00+01:00", "", []string{"lift_at", "fault.lift_year"}},
		{"2016-10-18T06:00", "", []string{"zone", "fault.zone_required"}},
		{"2016-10-18T06:00", "Local", []string{"zone", "fault.zone"}},
		{"2016-10-18T06:00+03:00", "Europe/Stockholm", []string{"lift_at", "fault.lift_offset"}},
		{"2016-12-18T06:00+02:00", "Europe/Stockholm", []string{"lift_at", "fault.lift_offset"}},
	} {
		_, err := releases.ParseLift(test.at, test.zone)
		wantFaults(t, err, test.faults...)
	}
}

func FuzzParseLift(f *testing.F) {
	f.Add("2016-03-27T02:30", "Europe/Stockholm")
	f.Add("2016-10-30T02:30+01:00", "Europe/Stockholm")
	f.Add("2011-12-30T12:00:00", "Pacific/Apia")
	f.Add("2016-10-18T04:00:00Z", "")
	f.Fuzz(func(t *testing.T, at, zone string) {
		lift, err := releases.ParseLift(at, zone)
		if err != nil {
			if faults, ok := err.(input.Faults); !ok || len(faults) == 0 {
				t.Fatalf("%q in %q: %v", at, zone, err)
			}
			return
		}
		if zone == "" {
			return
		}
		// What was kept reads as the same instant again, with the offset where the local time needs it.
		location, _ := input.Location(zone)
		if got := lift.At.In(location).Format("2006-01-02T15:04"); got != lift.Local[:16] {
			t.Fatalf("%q in %q is %v, which reads %s there and not %s", at, zone, lift.At, got, lift.Local)
		}
		again, err := releases.ParseLift(lift.At.Format(time.RFC3339Nano), zone)
		if err != nil || again != lift {
			t.Fatalf("%q in %q: %+v, then %+v, %v", at, zone, lift, again, err)
		}
	})
}
