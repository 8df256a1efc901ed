package words

import (
	"sync"
	"time"
	_ "time/tzdata" // zones must be known on a machine without them
)

// zones remembers those that have been asked for: reading one costs more than writing a time.
type zones struct{ known sync.Map }

// in is t in a zone, UTC when there is no such zone.
func (z *zones) in(t time.Time, zone string) time.Time {
	if location, ok := z.known.Load(zone); ok {
		return t.In(location.(*time.Location))
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return t.UTC()
	}
	z.known.Store(zone, location)
	return t.In(location)
}

// clock is the time of day and the zone's abbreviation. Where a zone has none but a number, "+0545",
// that number is told as what it is: "UTC+05:45".
func clock(t time.Time) string {
	abbreviation := t.Format("MST")
	if abbreviation[0] == '+' || abbreviation[0] == '-' {
		abbreviation = "UTC" + t.Format("-07:00")
	}
	return t.Format("15:04") + " " + abbreviation
}

// Time writes an instant in a zone, for a line on a page: "18 okt. 2016 06:00 CEST".
func (s Speaker) Time(t time.Time, zone string) string {
	t = s.zones.in(t, zone)
	return s.format.FmtDateMedium(t) + " " + clock(t)
}

// LongTime writes it with its weekday: "tisdag 18 oktober 2016 06:00 CEST".
func (s Speaker) LongTime(t time.Time, zone string) string {
	t = s.zones.in(t, zone)
	return s.format.WeekdayWide(t.Weekday()) + " " + s.format.FmtDateLong(t) + " " + clock(t)
}

// Date writes the day alone: "18 oktober 2016".
func (s Speaker) Date(t time.Time, zone string) string {
	return s.format.FmtDateLong(s.zones.in(t, zone))
}

// Month writes a month and year, for headings: "oktober 2016".
func (s Speaker) Month(t time.Time, zone string) string {
	t = s.zones.in(t, zone)
	return s.format.MonthWide(t.Month()) + " " + t.Format("2006")
}
