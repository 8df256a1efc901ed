package releases

import (
	"context"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Schedule sets or moves the lift of an approved release. A lift in the past is a fault unless
// backdated, which never mails; that is for a release without a lift, since moving a lift must never
// make a release live. A live release can't be scheduled again.
func (d *Desk) Schedule(ctx context.Context, who history.Actor, id string, lift Lift, backdated bool) (Release, error) {
	return d.change(ctx, who, id, "release.schedule", func(c *change) (map[string]any, error) {
		if err := c.mayLift(); err != nil {
			return nil, err
		}
		if c.r.State == StateScheduled && c.r.LiftAt.Equal(lift.At) {
			return nil, c.conflict("conflict.scheduled_already")
		}
		if err := checkLift(lift, c.now, backdated); err != nil {
			return nil, err
		}
		if backdated && c.r.State == StateScheduled {
			return nil, c.conflict("conflict.scheduled_backdated")
		}
		return c.lift(ctx, lift, backdated)
	})
}

// Publish lifts an approved or scheduled release now.
func (d *Desk) Publish(ctx context.Context, who history.Actor, id string) (Release, error) {
	return d.change(ctx, who, id, "release.publish", func(c *change) (map[string]any, error) {
		return c.publish(ctx)
	})
}

func (c *change) publish(ctx context.Context) (map[string]any, error) {
	if err := c.mayLift(); err != nil {
		return nil, err
	}
	return c.lift(ctx, Lift{At: c.now.Truncate(time.Millisecond).UTC()}, false)
}

// mayLift says whether the release is one whose lift may be set.
func (c *change) mayLift() error {
	switch c.r.State {
	case StateApproved, StateScheduled:
		return nil
	case StateLive:
		return c.conflict("conflict.live")
	}
	return c.conflict("conflict.not_approved")
}

func checkLift(lift Lift, now time.Time, backdated bool) error {
	var faults input.Faults
	past := !lift.At.After(now)
	switch {
	case past && !backdated:
		faults.Add("lift_at", "fault.lift_past", "Value", lift.Local)
	case backdated && !past:
		faults.Add("lift_at", "fault.backdated_future", "Value", lift.Local)
	}
	return faults.Err()
}

// lift sets it. The guard holds off whoever would move a lift that has passed.
func (c *change) lift(ctx context.Context, lift Lift, backdated bool) (map[string]any, error) {
	if lift.Zone == "" {
		lift.Zone = c.r.Newsroom.Zone
		if zone, ok := input.Location(lift.Zone); ok {
			lift = newLift(lift.At, zone, lift.Zone)
		}
	}
	text, err := c.approvedText(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.noPlaceholders(ctx, text, c.r.Approved); err != nil {
		return nil, err
	}
	err = c.update(ctx, `state = 'scheduled', lift_at = $3, lift_local = $4, lift_zone = $5, backdated = $6`,
		`approved > 0 AND (state = 'approved' OR state = 'scheduled' AND lift_at > $2)`,
		lift.At.UnixMilli(), lift.Local, lift.Zone, backdated)
	if err != nil {
		return nil, err
	}
	detail := map[string]any{"version": c.r.Approved, "lift_at": lift.At.UnixMilli(), "local": lift.Local, "zone": lift.Zone,
		"backdated": backdated}
	return detail, c.enlist(ctx, text, lift.At)
}
