package releases

import (
	"context"

	"dateline/releases/history"
)

// Submit asks for approval of the newest version.
func (d *Desk) Submit(ctx context.Context, who history.Actor, id string) (Release, error) {
	return d.change(ctx, who, id, "release.submit", func(c *change) (map[string]any, error) {
		if c.r.State != StateDraft {
			return nil, c.conflict("conflict.not_draft")
		}
		err := c.update(ctx, `state = 'submitted', submitted_by = $3, submitted_by_id = $4`, `state = 'draft' AND version = $5`,
			who.Name, who.ID, c.r.Version)
		return map[string]any{"version": c.r.Version, "hash": c.r.Hash}, err
	})
}
