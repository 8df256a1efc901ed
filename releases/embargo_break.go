package releases

import (
	"context"

	"dateline/releases/history"
)

// embargoBroken is what the history calls it.
const embargoBroken = "release.embargo_broken"

// BreakEmbargo lifts an approved or scheduled release for everyone now, because somebody has broken its
// embargo: the reason is kept, and whoever holds a pass is told.
func (d *Desk) BreakEmbargo(ctx context.Context, who history.Actor, id, reason string) (Release, error) {
	return d.change(ctx, who, id, embargoBroken, func(c *change) (map[string]any, error) {
		var in check
		reason := in.block("reason", reason, 2_000)
		if reason == "" {
			in.faults.Add("reason", "fault.required")
		}
		if err := in.faults.Err(); err != nil {
			return nil, err
		}
		detail, err := c.publish(ctx)
		if err != nil {
			return nil, err
		}
		detail["reason"] = reason
		return detail, nil
	})
}
