package releases

import (
	"context"

	"dateline/releases/history"
)

// Unschedule clears the lift of a release that is not yet live. One that was edited since its approval
// is a draft again: approved is only what has no later version.
func (d *Desk) Unschedule(ctx context.Context, who history.Actor, id string) (Release, error) {
	return d.change(ctx, who, id, "release.unschedule", func(c *change) (map[string]any, error) {
		if c.r.State == StateLive {
			return nil, c.conflict("conflict.live")
		}
		if c.r.State != StateScheduled {
			return nil, c.conflict("conflict.not_scheduled")
		}
		return map[string]any{"lift_at": c.r.LiftAt.UnixMilli()}, c.unschedule(ctx, `state = 'scheduled' AND lift_at > $2`)
	})
}

func (c *change) unschedule(ctx context.Context, guard string) error {
	if err := c.delist(ctx); err != nil {
		return err
	}
	const cleared = `lift_at = NULL, lift_local = '', lift_zone = '', backdated = $3`
	if c.r.Approved == c.r.Version {
		return c.update(ctx, cleared+`, state = 'approved'`, guard, false)
	}
	if err := writeTopics(ctx, c.tx, c.r.ID, c.r.Text.Topics); err != nil {
		return err
	}
	return c.update(ctx, cleared+`, state = 'draft', approved = 0, approved_by = '', submitted_by = '', submitted_by_id = '',
		kind = $4, language = $5`, guard, false, c.r.Text.Kind, c.r.Text.Language)
}
