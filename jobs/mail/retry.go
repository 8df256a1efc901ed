package mail

import (
	"fmt"
	"strings"
	"time"
)

// Retry is how long a relay's mail that was deferred waits between tries, and for how long it is tried.
// The zero Retry is the default.
type Retry struct {
	Waits  []time.Duration // the last repeats
	GiveUp time.Duration   // after the first try
}

var defaultRetry = Retry{
	Waits:  []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour},
	GiveUp: 48 * time.Hour,
}

// Wait is how long to wait after so many tries, from 1.
func (r Retry) Wait(tries int) time.Duration {
	waits := r.Waits
	if len(waits) == 0 {
		waits = defaultRetry.Waits
	}
	return waits[min(max(tries, 1), len(waits))-1]
}

// Limit is for how long a delivery is tried.
func (r Retry) Limit() time.Duration {
	if r.GiveUp == 0 {
		return defaultRetry.GiveUp
	}
	return r.GiveUp
}

// Over says whether so many tries and the waits between them have taken as long as a delivery is tried:
// what is counted are the waits, not the hours in which a dispatch was paused.
func (r Retry) Over(tries int) bool {
	var waited time.Duration
	for n := 1; n <= tries; n++ {
		if waited += r.Wait(n); waited > r.Limit() {
			return true
		}
	}
	return false
}

// parseWaits reads "1m-5m-15m-1h".
func parseWaits(s string) ([]time.Duration, error) {
	var waits []time.Duration
	for part := range strings.SplitSeq(s, "-") {
		d, err := time.ParseDuration(part)
		if err != nil || d < time.Second || d > 24*time.Hour {
			return nil, fmt.Errorf("%q is not a list of waits from 1s to 24h such as 1m-5m-15m-1h", s)
		}
		waits = append(waits, d)
	}
	return waits, nil
}

// parseGiveUp reads "48h".
func parseGiveUp(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Minute || d > 30*24*time.Hour {
		return 0, fmt.Errorf("%q is not a time from 1m to 720h such as 48h", s)
	}
	return d, nil
}
