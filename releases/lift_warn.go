package releases

import (
	"context"
	"fmt"
	"time"

	"dateline/releases/input"
)

// soon is how near a lift may be before that is worth a word: mail needs a moment to be made ready.
const soon = 5 * time.Minute

// LiftWarnings tell what somebody who set a lift may not have meant: a night or a weekend where it was
// set, another release in the same minute, hardly any time left. None stops anything.
func (d *Desk) LiftWarnings(ctx context.Context, r Release) ([]Notice, error) {
	now := d.now()
	if r.State != StateScheduled || !r.LiftAt.After(now) {
		return nil, nil
	}
	var list []Notice
	warn := func(message string, args map[string]any) {
		list = append(list, Notice{Field: "lift_at", Message: message, Args: args})
	}
	if zone, ok := input.Location(r.Zone); ok {
		local := r.LiftAt.In(zone)
		if hour := local.Hour(); hour < 6 || hour >= 22 {
			warn("notice.lift_night", map[string]any{"Time": local.Format("15:04"), "Zone": r.Zone})
		}
		if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
			warn("notice.lift_weekend", nil)
		}
	}
	if r.LiftAt.Sub(now) < soon {
		warn("notice.lift_soon", nil)
	}
	others, err := d.sameMinute(ctx, r)
	for _, other := range others {
		warn("notice.lift_same_minute", map[string]any{"Headline": other.Text.Headline})
	}
	return list, err
}

// sameMinute finds the newsroom's other releases that lift in the minute of one.
func (d *Desk) sameMinute(ctx context.Context, r Release) ([]Release, error) {
	minute := r.LiftAt.Truncate(time.Minute).UnixMilli()
	rows, err := d.db.QueryContext(ctx, `SELECT `+releaseColumns+releaseTables+`WHERE r.state = 'scheduled' AND r.newsroom_id = $1
		AND r.id <> $2 AND r.lift_at >= $3 AND r.lift_at < $4 ORDER BY r.lift_at, r.id LIMIT 5`, r.Newsroom.ID, r.ID, minute, minute+60_000)
	if err != nil {
		return nil, fmt.Errorf("lifts beside %s: %w", r.ID, err)
	}
	defer rows.Close()
	var others []Release
	for rows.Next() {
		other, err := scanRelease(d.keys, rows, d.now())
		if err != nil {
			return nil, fmt.Errorf("lifts beside %s: %w", r.ID, err)
		}
		others = append(others, other.Release)
	}
	return others, rows.Err()
}
