package releases

import (
	"slices"
	"time"

	"dateline/releases/input"
)

// Lift is the minute it may be known: the instant, and the local time and zone it was given in.
type Lift struct {
	At    time.Time // UTC, whole milliseconds
	Local string    // "2016-10-18T06:00"
	Zone  string    // IANA; "" when only an offset was given, and the newsroom's zone then shows it
}

const (
	minuteLayout = "2006-01-02T15:04"
	localLayout  = "2006-01-02T15:04:05.999"
	offsetMinute = "2006-01-02T15:04-07:00"
)

// ParseLift reads what a person gives: a local time ("2016-10-18T06:00", seconds allowed) in an IANA
// zone, or RFC 3339 with an offset. With both an offset and a zone the offset settles which of two
// equal local times is meant and must be one that the zone has then; "Z" is the instant in any zone.
// input.Faults name lift_at or zone: a local time that the clocks skip is told with the two nearest
// that exist, one that occurs twice with both offsets.
func ParseLift(at, zone string) (Lift, error) {
	var faults input.Faults
	location, known := input.Location(zone)
	if zone != "" && !known {
		faults.Add("zone", "fault.zone", "Value", zone)
	}
	wall, offset, isTime := parseTime(at)
	switch {
	case at == "":
		faults.Add("lift_at", "fault.required")
	case !isTime:
		faults.Add("lift_at", "fault.lift", "Value", at)
	case !plausible(wall):
		faults.Add("lift_at", "fault.lift_year", "Value", at)
	case zone == "" && !offset:
		faults.Add("zone", "fault.zone_required")
	}
	if err := faults.Err(); err != nil {
		return Lift{}, err
	}
	if zone == "" {
		return newLift(wall, wall.Location(), ""), nil
	}
	if offset {
		return offsetLift(wall, location)
	}
	return localLift(wall, location)
}

// newLift keeps at as it reads in location.
func newLift(at time.Time, location *time.Location, zone string) Lift {
	at = at.Truncate(time.Millisecond)
	return Lift{At: at.UTC(), Local: formatLocal(at.In(location)), Zone: zone}
}

func formatLocal(t time.Time) string {
	if t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format(minuteLayout)
	}
	return t.Format(localLayout)
}

// parseTime reads a time with an offset or, as if it were UTC, one without.
func parseTime(s string) (t time.Time, offset, ok bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", minuteLayout} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, false, true
		}
	}
	return time.Time{}, false, false
}

// plausible keeps to years that every format we write can hold, a day from the edges.
func plausible(t time.Time) bool { return t.Year() > 1 && t.Year() < 9999 }

func offsetLift(at time.Time, location *time.Location) (Lift, error) {
	_, given := at.Zone()
	_, actual := at.In(location).Zone()
	if given != actual && at.Location() != time.UTC {
		var faults input.Faults
		faults.Add("lift_at", "fault.lift_offset", "Value", at.Format(offsetMinute), "Zone", location.String(),
			"Right", at.In(location).Format(offsetMinute))
		return Lift{}, faults
	}
	return newLift(at, location, location.String()), nil
}

func localLift(wall time.Time, location *time.Location) (Lift, error) {
	var faults input.Faults
	switch instants := instantsOf(wall, location); len(instants) {
	case 1:
		return newLift(instants[0], location, location.String()), nil
	case 0:
		before, after := aroundGap(wall, location)
		faults.Add("lift_at", "fault.lift_skipped", "Value", formatLocal(wall), "Zone", location.String(),
			"Before", before.Format(minuteLayout), "After", after.Format(minuteLayout))
	default:
		faults.Add("lift_at", "fault.lift_twice", "Value", formatLocal(wall), "Zone", location.String(),
			"First", instants[0].Format(offsetMinute), "Second", instants[1].Format(offsetMinute))
	}
	return Lift{}, faults
}

// instantsOf is when location's clocks show wall, earliest first: never, once or twice.
func instantsOf(wall time.Time, location *time.Location) []time.Time {
	var instants []time.Time
	for _, offset := range offsetsAround(wall, location) {
		instant := wall.Add(-offset).In(location)
		if _, seconds := instant.Zone(); time.Duration(seconds)*time.Second == offset {
			instants = append(instants, instant)
		}
	}
	slices.SortFunc(instants, time.Time.Compare)
	return slices.CompactFunc(instants, time.Time.Equal)
}

// offsetsAround are location's offsets a day before wall, as if that were UTC, and a day after.
func offsetsAround(wall time.Time, location *time.Location) [2]time.Duration {
	_, before := wall.AddDate(0, 0, -1).In(location).Zone()
	_, after := wall.AddDate(0, 0, 1).In(location).Zone()
	return [2]time.Duration{time.Duration(before) * time.Second, time.Duration(after) * time.Second}
}

// aroundGap is the last minute before the gap that wall falls in, and the first after.
func aroundGap(wall time.Time, location *time.Location) (before, after time.Time) {
	// Read with the offset from before the gap, wall falls after it.
	after, _ = wall.Add(-offsetsAround(wall, location)[0]).In(location).ZoneBounds()
	return after.Add(-time.Minute), after
}
