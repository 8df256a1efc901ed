package desk

import (
	"time"

	"dateline/jobs"
)

// pace is how fast a dispatch goes.
type pace struct {
	PerSecond int
	Left      time.Duration // until all who wait have been tried; 0 when that can't be said
}

// settled is how many deliveries have their outcome.
func settled(d jobs.Dispatch) int { return d.Sent + d.Failed + d.Excluded + d.Unknown }

// paceOf is the pace from the beginning until now or the end.
func paceOf(d jobs.Dispatch, now time.Time) pace {
	switch {
	case d.StartedAt.IsZero() || settled(d) == 0:
		return pace{}
	case d.State == jobs.Sending:
		return paceFrom(settled(d), now.Sub(d.StartedAt), d)
	case d.State == jobs.Done && d.LastSentAt.After(d.FirstSentAt):
		return paceFrom(d.Sent, d.LastSentAt.Sub(d.FirstSentAt), d)
	}
	return pace{}
}

// paceFrom is the pace of so many deliveries in a time. Those that wait for another try come when they
// come, and say nothing of the time that is left.
func paceFrom(n int, spent time.Duration, d jobs.Dispatch) pace {
	spent = max(spent, time.Millisecond)
	p := pace{PerSecond: int(float64(n) / spent.Seconds())}
	if n > 0 && d.State == jobs.Sending {
		p.Left = spent / time.Duration(n) * time.Duration(d.Queued+d.Sending)
	}
	return p
}
