package releases

import (
	"context"

	"dateline/releases/history"
)

// Approve approves a version by its number, which must be the newest, and hash ("" is not checked).
// With Approvals 2 whoever submitted or wrote that version can't approve it. The new version of a
// scheduled release takes the place of the old one; that of a live release is shown at once.
func (d *Desk) Approve(ctx context.Context, who history.Actor, id string, version int, hash string) (Release, error) {
	return d.change(ctx, who, id, "release.approve", func(c *change) (map[string]any, error) {
		if err := c.mayApprove(who, version, hash); err != nil {
			return nil, err
		}
		if err := c.approve(ctx, who); err != nil {
			return nil, err
		}
		return map[string]any{"version": version, "hash": c.r.Hash}, nil
	})
}

func (c *change) mayApprove(who history.Actor, version int, hash string) error {
	if err := c.isNewest(version, hash); err != nil || c.r.Newsroom.Approvals < 2 {
		return err
	}
	switch r := c.r; {
	case r.State == StateDraft:
		return c.conflict("conflict.not_submitted")
	case r.Own(who):
		return c.conflict("conflict.own_approval")
	}
	return nil
}

// isNewest says whether the text that is approved is the one that was read, and not approved yet.
func (c *change) isNewest(version int, hash string) error {
	switch r := c.r; {
	case version != r.Version:
		return c.conflict("conflict.not_newest", "Version", version, "Newest", r.Version)
	case hash != "" && hash != r.Hash:
		return c.conflict("conflict.other_text", "Version", version)
	case version == r.Approved:
		return c.conflict("conflict.approved_already", "Version", version, "Name", r.ApprovedBy)
	}
	return nil
}

func (c *change) approve(ctx context.Context, who history.Actor) error {
	text := c.r.Text
	if c.r.State == StateScheduled || c.r.State == StateLive {
		if err := c.noPlaceholders(ctx, text, c.r.Version); err != nil {
			return err
		}
	}
	if err := writeTopics(ctx, c.tx, c.r.ID, text.Topics); err != nil {
		return err
	}
	const set = `approved = $3, approved_by = $4, kind = $5, language = $6, forced_by = '', forced_by_id = '', forced_reason = ''`
	args := []any{c.r.Version, who.Name, text.Kind, text.Language}
	var err error
	switch c.r.State {
	case StateLive:
		if err := c.publishCorrections(ctx); err != nil {
			return err
		}
		err = c.update(ctx, set+`, updated_at = $2`, `state = 'scheduled' AND version = $3 AND lift_at <= $2`, args...)
	case StateScheduled:
		err = c.update(ctx, set, `state = 'scheduled' AND version = $3 AND lift_at > $2`, args...)
	default:
		return c.update(ctx, set+`, state = 'approved'`, `state = $7 AND version = $3`, append(args, c.r.State)...)
	}
	if err != nil {
		return err
	}
	return c.enlist(ctx, text, c.r.LiftAt)
}
