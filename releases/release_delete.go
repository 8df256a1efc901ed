package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dateline/releases/history"
)

// Delete puts a release away that the world has not seen. Its address is free again; Undelete brings it
// back.
func (d *Desk) Delete(ctx context.Context, who history.Actor, id string) error {
	_, err := d.change(ctx, who, id, "release.delete", func(c *change) (map[string]any, error) {
		switch c.r.State {
		case StateDraft, StateSubmitted, StateApproved:
		case StateScheduled:
			return nil, c.conflict("conflict.delete_scheduled")
		default:
			return nil, c.conflict("conflict.delete_live")
		}
		if err := dropSlug(ctx, c.tx, c.keys, c.r.Newsroom.ID, c.r.ID, c.r.Slug); err != nil {
			return nil, err
		}
		return map[string]any{"version": c.r.Version}, c.update(ctx, `state = 'deleted', approved = 0, approved_by = '', submitted_by = '',
			submitted_by_id = ''`, `state = $3`, c.r.State)
	})
	return err
}

// NewsroomOf is the id of the newsroom that a release is of, also of a deleted one.
func (d *Desk) NewsroomOf(ctx context.Context, id string) (string, error) {
	r, err := readRelease(ctx, d.db, d.keys, d.now(), id)
	return r.Newsroom.ID, err
}

// Undelete makes a deleted release a draft again, at its address if that is still free.
func (d *Desk) Undelete(ctx context.Context, who history.Actor, id string) (Release, error) {
	if !canBeID(id) {
		return Release{}, ErrNotFound
	}
	var after stored
	err := transact(ctx, d.db, func(tx *sql.Tx) error {
		if err := lock(ctx, tx, id); err != nil {
			return err
		}
		r, err := readRelease(ctx, tx, d.keys, d.now(), id)
		if err != nil {
			return err
		}
		c := &change{tx: tx, keys: d.keys, r: r, now: d.now()}
		if r.State != StateDeleted {
			return c.conflict("conflict.not_deleted")
		}
		if c.frozen("release.undelete") {
			return c.conflict("conflict.frozen")
		}
		slug, err := claimSlug(ctx, tx, d.keys, r.Newsroom.ID, id, r.Slug)
		if err != nil {
			return err
		}
		if err := c.update(ctx, `state = 'draft', slug = $3`, `state = 'deleted'`, d.keys.Seal(slugs.Of(id), slug)); err != nil {
			return err
		}
		if err := d.record(ctx, tx, c.now, who, "release.undelete", r.Newsroom.ID, id, map[string]any{"version": r.Version}); err != nil {
			return err
		}
		after, err = readRelease(ctx, tx, d.keys, c.now, id)
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("undelete %s: %w", id, err)
	}
	return after.Release, err
}
