package releases

import (
	"context"
	"fmt"

	"dateline/releases/history"
	"dateline/releases/vault"
)

// forcedReasons are sealed: they may tell what the release says.
var forcedReasons = vault.Column{Table: "releases", Name: "forced_reason", Key: []string{"id"}}

// ForceApprove approves the newest version although the newsroom asks for two and there is only one: at
// night, in a crisis. The approval stays marked, with its reason, until somebody else reviews it.
func (d *Desk) ForceApprove(ctx context.Context, who history.Actor, id string, version int, hash, reason string) (Release, error) {
	return d.change(ctx, who, id, "release.force_approve", func(c *change) (map[string]any, error) {
		var check check
		reason := check.note("reason", reason)
		if err := check.faults.Err(); err != nil {
			return nil, err
		}
		if err := c.isNewest(version, hash); err != nil {
			return nil, err
		}
		if c.r.Newsroom.Approvals < 2 {
			return nil, c.conflict("conflict.force_needless")
		}
		if err := c.approve(ctx, who); err != nil {
			return nil, err
		}
		err := c.update(ctx, `forced_by = $3, forced_by_id = $4, forced_reason = $5`, `approved = $6`, who.Name, who.ID,
			c.keys.Seal(forcedReasons.Of(id), reason), version)
		if err != nil {
			return nil, err
		}
		// The mark ends with the review; why it was forced is kept among the comments, which are sealed.
		return map[string]any{"version": version, "hash": c.r.Hash}, c.comment(ctx, Comment{
			ID: newID(), Text: reason, By: who.Name, Version: version, At: c.now,
		}, who)
	})
}

// Review ends the mark of a forced approval: somebody other than whoever forced it, and than whoever
// wrote the text, has read the version and stands by it.
func (d *Desk) Review(ctx context.Context, who history.Actor, id string, version int) (Release, error) {
	return d.change(ctx, who, id, "release.review", func(c *change) (map[string]any, error) {
		if c.r.forcedByID == "" {
			return nil, c.conflict("conflict.not_forced")
		}
		if version != c.r.Approved {
			return nil, c.conflict("conflict.not_newest", "Version", version, "Newest", c.r.Approved)
		}
		var author string
		err := c.tx.QueryRowContext(ctx, `SELECT created_by_id FROM versions WHERE release_id = $1 AND number = $2`, id, version).Scan(&author)
		if err != nil {
			return nil, fmt.Errorf("author of version %d: %w", version, err)
		}
		if who.ID == c.r.forcedByID || who.ID == author {
			return nil, c.conflict("conflict.own_review")
		}
		err = c.update(ctx, `forced_by = '', forced_by_id = '', forced_reason = ''`, `approved = $3 AND forced_by_id = $4`, version, c.r.forcedByID)
		return map[string]any{"version": version, "forced_by": c.r.Forced.By}, err
	})
}
