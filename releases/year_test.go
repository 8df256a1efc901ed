package releases_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/database"
	"dateline/server/database/dbtest"
)

// yearZones change their clocks on different days, to different sides, or not at all.
var yearZones = []string{"Europe/Stockholm", "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kathmandu"}

// A year of lifts, one a day in one zone after another, and one in each zone on every day around a change
// of its clocks, in the night hour that the change takes away or gives twice. Each is hidden until its millisecond and seen from there,
// when the clocks of its zone show what was asked for.
func TestLifts_OfAYear_InFiveZones_ComeWhenTheClocksThereSaySo(t *testing.T) {
	address := dbtest.SQLiteAddress(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := database.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		o := &office{t: t, desk: releases.NewDesk(db, keys, time.Now), public: releases.NewPublic(db, keys)}
		o.newsroom = must[releases.Newsroom](t)(o.desk.CreateNewsroom(t.Context(), writer, newsroomInput()))
		y := &year{office: o}
		for day := range 366 {
			noon := time.Date(2000, 1, 1+day, 12, 0, 0, 0, time.UTC)
			time.Sleep(time.Until(noon))
			var waiting []releases.Release
			for i, zone := range yearZones {
				if changes(noon, zone) || (day+i)%len(yearZones) == 0 {
					waiting = append(waiting, y.schedule(noon, zone))
				}
			}
			slices.SortFunc(waiting, func(a, b releases.Release) int { return a.LiftAt.Compare(b.LiftAt) })
			for len(waiting) > 0 { // some of different zones come at one instant
				until := slices.IndexFunc(waiting, func(r releases.Release) bool { return !r.LiftAt.Equal(waiting[0].LiftAt) })
				if until < 0 {
					until = len(waiting)
				}
				y.lift(waiting[:until]...)
				waiting = waiting[until:]
			}
		}
		if y.skipped != 4 || y.twice != 4 || y.lifts < 366 {
			t.Errorf("%d lifts, %d at a time that the clocks skip, %d at one that they show twice", y.lifts, y.skipped, y.twice)
		}
	})
}

// changes says whether the clocks of a zone change within a day and a half.
func changes(at time.Time, zone string) bool {
	location, _ := input.Location(zone)
	_, before := at.Add(-12 * time.Hour).In(location).Zone()
	_, after := at.Add(36 * time.Hour).In(location).Zone()
	return before != after
}

type year struct {
	*office
	lifts, skipped, twice int
}

// schedule sets a lift for half past one or two tomorrow, whichever the clocks there skip or show twice.
func (y *year) schedule(noon time.Time, zone string) releases.Release {
	y.t.Helper()
	location, _ := input.Location(zone)
	tomorrow := noon.In(location).AddDate(0, 0, 1)
	var lift releases.Lift
	var local string
	for _, hour := range []int{1, 2} {
		local = fmt.Sprintf("%sT%02d:30", tomorrow.Format(time.DateOnly), hour)
		at, err := releases.ParseLift(local, zone)
		var faults input.Faults
		if !errors.As(err, &faults) {
			lift = must[releases.Lift](y.t)(at, err)
			continue
		}
		args := faults[0].Args
		switch faults[0].Message {
		case "fault.lift_skipped":
			y.skipped++
			local = args["After"].(string)
		case "fault.lift_twice":
			y.twice++
			local = args["Second"].(string)
		default:
			y.t.Fatal(err)
		}
		lift = must[releases.Lift](y.t)(releases.ParseLift(local, zone))
		break
	}
	r := y.approved("Nattens besked " + local)
	r = must[releases.Release](y.t)(y.desk.Schedule(y.t.Context(), approver, r.ID, lift, false))
	if shown := r.LiftAt.In(location).Format("2006-01-02T15:04"); shown != local[:len(shown)] {
		y.t.Errorf("asked for %s in %s, it lifts when the clocks there show %s", local, zone, shown)
	}
	return r
}

// lift waits for what lifts at one instant.
func (y *year) lift(together ...releases.Release) {
	y.t.Helper()
	time.Sleep(time.Until(together[0].LiftAt) - time.Millisecond)
	for _, r := range together {
		if y.seen(time.Now(), r) {
			y.t.Errorf("%s in %s is seen a millisecond early", r.LiftLocal, r.Zone)
		}
	}
	time.Sleep(time.Millisecond)
	for _, r := range together {
		if !y.seen(time.Now(), r) {
			y.t.Errorf("%s in %s is not seen at its lift", r.LiftLocal, r.Zone)
		}
		y.lifts++
	}
}
