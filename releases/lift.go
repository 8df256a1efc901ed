package releases

import "time"

// Lift is the minute it may be known: the instant, and the local time and zone it was given in.
type Lift struct {
	At    time.Time // UTC
	Local string    // "2016-10-18T06:00"
	Zone  string    // IANA
}

// ParseLift reads what a person gives: a local time ("2016-10-18T06:00", seconds allowed) in an IANA
// zone, or RFC 3339 with an offset. With both an offset and a zone the offset settles which of two
// equal local times is meant and must be one that the zone has then. input.Faults name lift_at or
// zone: a local time that the clocks skip is told with the two nearest that exist, one that occurs
// twice with both offsets.
func ParseLift(at, zone string) (Lift, error) { panic("unwritten") }

var _ = time.UTC
