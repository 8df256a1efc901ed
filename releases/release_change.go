package releases

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"dateline/releases/history"
	"dateline/releases/vault"
)

// change is one change of state under way: the release as it was found, locked, and the instant.
type change struct {
	tx   *sql.Tx
	keys *vault.Keys
	r    stored
	now  time.Time
}

// conflict refuses the change with a message of the catalogue.
func (c *change) conflict(message string, args ...any) error {
	refusal := &Conflict{Message: message, Current: c.r.hide().Release, Args: map[string]any{}}
	for i := 0; i+1 < len(args); i += 2 {
		refusal.Args[args[i].(string)] = args[i+1]
	}
	return refusal
}

// stale refuses what was written on top of another version than the newest.
func (c *change) stale(base int) error {
	message := "conflict.stale"
	if base < 1 || base > c.r.Version {
		message = "conflict.no_version"
	}
	return c.conflict(message, "Base", base, "Version", c.r.Version)
}

// update is a guarded update of the release: where no row is left the release has changed, which is
// a conflict. $1 is the id, $2 the instant.
func (c *change) update(ctx context.Context, set, guard string, args ...any) error {
	args = append([]any{c.r.ID, c.now.UnixMilli()}, args...)
	did, err := changedOne(c.tx.ExecContext(ctx, `UPDATE releases SET changed_at = $2, `+set+` WHERE id = $1 AND `+guard, args...))
	if err != nil {
		return err
	}
	if !did {
		return c.conflict("conflict.changed")
	}
	return nil
}

// change runs do on a locked release and records it. do returns the detail for the history, nil when
// there was nothing to change.
func (d *Desk) change(ctx context.Context, who history.Actor, id, action string, do func(c *change) (map[string]any, error)) (Release, error) {
	if !canBeID(id) {
		return Release{}, ErrNotFound
	}
	var after Release
	err := transact(ctx, d.db, func(tx *sql.Tx) (err error) {
		after, err = d.changeIn(ctx, tx, who, id, action, do)
		return err
	})
	defer d.watch()
	if err != nil {
		return Release{}, fmt.Errorf("%s %s: %w", action, id, err)
	}
	return after, nil
}

// changeIn is change as a part of a larger transaction.
func (d *Desk) changeIn(ctx context.Context, tx *sql.Tx, who history.Actor, id, action string, do func(c *change) (map[string]any, error)) (Release, error) {
	c, err := d.begin(ctx, tx, id)
	if err != nil {
		return Release{}, err
	}
	if c.frozen(action) {
		return Release{}, c.conflict("conflict.frozen")
	}
	detail, err := do(c)
	if err != nil {
		return Release{}, err
	}
	if detail != nil {
		if err := d.record(ctx, tx, c.now, who, action, c.r.Newsroom.ID, id, detail); err != nil {
			return Release{}, err
		}
	}
	// What was decided for a release that was not live must not be done to one that is.
	if c.r.State == StateScheduled && !c.r.LiftAt.After(d.now()) {
		return Release{}, c.conflict("conflict.live")
	}
	after, err := readRelease(ctx, tx, d.keys, c.now, id)
	if err != nil {
		return Release{}, err
	}
	after = after.hide()
	if err := c.tellHolders(ctx, action, after.Release); err != nil {
		return Release{}, err
	}
	if c.r.State == StateLive || after.State == StateLive {
		err = newEdition(ctx, tx, c.now)
	}
	return after.Release, err
}

// begin locks the release's row, then reads it and the clock: waiting for the lock may have taken
// the release past its lift. SQLite has its one write lock since BEGIN; on Postgres this takes the row's.
func (d *Desk) begin(ctx context.Context, tx *sql.Tx, id string) (*change, error) {
	if err := lock(ctx, tx, id); err != nil {
		return nil, err
	}
	now := d.now()
	r, err := readRelease(ctx, tx, d.keys, now, id)
	if err != nil {
		return nil, err
	}
	c := &change{tx: tx, keys: d.keys, r: r, now: now}
	switch r.State {
	case StateWithdrawn:
		return nil, c.conflict("conflict.withdrawn")
	case StateDeleted:
		return nil, ErrNotFound
	}
	return c, nil
}

// lock takes the newsroom's row before the release's, as a freeze does: either this change sees the
// freeze, or the freeze sees what this change has done.
func lock(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE newsrooms SET id = id WHERE id = (SELECT r.newsroom_id FROM releases r WHERE r.id = $1)`, id)
	if err != nil {
		return fmt.Errorf("lock newsroom of %s: %w", id, err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE releases SET id = id WHERE id = $1`, id); err != nil {
		return fmt.Errorf("lock release %s: %w", id, err)
	}
	return nil
}
