package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/history"
)

// What the history calls what a freeze and a thaw do to each release whose lift was to come.
const (
	liftFrozen = "release.freeze"
	liftThawed = "release.thaw"
	liftMissed = "release.lift_missed"
)

// Freeze stops a newsroom: nothing new gets out of it, and what is not out is shown to nobody, holders
// of passes and the desk included. What is out stays. Lifts to come are set aside by a state of their
// own, so that the one predicate of what is live holds as it stands. along runs in the same
// transaction.
func (d *Desk) Freeze(ctx context.Context, who history.Actor, id, reason string, along func(ctx context.Context, tx *sql.Tx) error) (Newsroom, error) {
	var in check
	reason = in.note("reason", reason)
	if err := in.faults.Err(); err != nil {
		return Newsroom{}, err
	}
	freeze := func(tx *sql.Tx, now time.Time) error {
		if err := d.eachLift(ctx, tx, who, id, `state = 'scheduled' AND lift_at > $2`, d.freezeLift); err != nil {
			return err
		}
		froze, err := changedOne(tx.ExecContext(ctx, `UPDATE newsrooms SET frozen_at = $2, frozen_by = $3, frozen_reason = $4
			WHERE id = $1 AND frozen_at IS NULL`, id, now.UnixMilli(), who.Name, reason))
		if err == nil && !froze {
			err = &Conflict{Message: "conflict.frozen_already"}
		}
		if err == nil {
			err = along(ctx, tx)
		}
		if err != nil {
			return err
		}
		if err := d.record(ctx, tx, now, who, "newsroom.freeze", id, id, map[string]any{"reason": reason}); err != nil {
			return err
		}
		return d.noneLifted(ctx, tx, id)
	}
	for {
		n, err := d.stop(ctx, id, freeze)
		if lifted := (*Conflict)(nil); errors.As(err, &lifted) && lifted.Message == "conflict.live" {
			continue // it is out; once more without it
		}
		return n, err
	}
}

// noneLifted is the conflict of a lift that passed while the freeze was under way: it was out, and what
// is out is not taken back.
func (d *Desk) noneLifted(ctx context.Context, tx *sql.Tx, newsroom string) error {
	var lifted bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM releases WHERE newsroom_id = $1 AND state = 'frozen' AND lift_at <= $2)`,
		newsroom, d.now().UnixMilli()).Scan(&lifted)
	if err == nil && lifted {
		err = &Conflict{Message: "conflict.live"}
	}
	return err
}

// Thaw lets a newsroom go on. Lifts that are still to come are as they were; those that passed
// meanwhile are cleared: whether and when they lift, a person decides anew.
func (d *Desk) Thaw(ctx context.Context, who history.Actor, id, reason string) (Newsroom, error) {
	var in check
	reason = in.note("reason", reason)
	if err := in.faults.Err(); err != nil {
		return Newsroom{}, err
	}
	return d.stop(ctx, id, func(tx *sql.Tx, now time.Time) error {
		thawed, err := changedOne(tx.ExecContext(ctx, `UPDATE newsrooms SET frozen_at = NULL, frozen_by = '', frozen_reason = ''
			WHERE id = $1 AND frozen_at IS NOT NULL`, id))
		if err == nil && !thawed {
			err = &Conflict{Message: "conflict.not_frozen"}
		}
		if err == nil {
			err = d.record(ctx, tx, now, who, "newsroom.thaw", id, id, map[string]any{"reason": reason})
		}
		if err == nil {
			err = d.eachLift(ctx, tx, who, id, `state = 'frozen' AND lift_at <= $2`, d.missLift)
		}
		if err != nil {
			return err
		}
		return d.eachLift(ctx, tx, who, id, `state = 'frozen'`, d.thawLift)
	})
}

// stop runs do with the newsroom locked, which every change of one of its releases locks first.
func (d *Desk) stop(ctx context.Context, id string, do func(tx *sql.Tx, now time.Time) error) (Newsroom, error) {
	if !canBeID(id) {
		return Newsroom{}, ErrNotFound
	}
	err := transact(ctx, d.db, func(tx *sql.Tx) error {
		found, err := changedOne(tx.ExecContext(ctx, `UPDATE newsrooms SET id = id WHERE id = $1`, id))
		if err == nil && !found {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return do(tx, d.now())
	})
	defer d.watch()
	if err != nil {
		return Newsroom{}, fmt.Errorf("stop newsroom %s: %w", id, err)
	}
	return d.Newsroom(ctx, id)
}

// eachLift does one thing to each of the newsroom's releases that which names, as one change of it with
// its row of history. $2 is the instant.
func (d *Desk) eachLift(ctx context.Context, tx *sql.Tx, who history.Actor, newsroom, which string,
	do func(ctx context.Context, tx *sql.Tx, who history.Actor, id string) error) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM releases WHERE newsroom_id = $1 AND CAST($2 AS BIGINT) > 0 AND `+which+` ORDER BY id`, newsroom, d.now().UnixMilli())
	if err != nil {
		return fmt.Errorf("lifts of newsroom %s: %w", newsroom, err)
	}
	ids, err := idsOf(rows)
	if err != nil {
		return fmt.Errorf("lifts of newsroom %s: %w", newsroom, err)
	}
	for _, id := range ids {
		if err := do(ctx, tx, who, id); err != nil {
			return fmt.Errorf("lift of %s: %w", id, err)
		}
	}
	return nil
}

// freezeLift leaves alone what has lifted since it was looked for: that is out.
func (d *Desk) freezeLift(ctx context.Context, tx *sql.Tx, who history.Actor, id string) error {
	_, err := d.changeIn(ctx, tx, who, id, liftFrozen, func(c *change) (map[string]any, error) {
		if c.r.State != StateScheduled {
			return nil, nil
		}
		return map[string]any{"lift_at": c.r.LiftAt.UnixMilli()}, c.update(ctx, `state = 'frozen'`, `state = 'scheduled' AND lift_at > $2`)
	})
	return err
}

func (d *Desk) thawLift(ctx context.Context, tx *sql.Tx, who history.Actor, id string) error {
	_, err := d.changeIn(ctx, tx, who, id, liftThawed, func(c *change) (map[string]any, error) {
		return map[string]any{"lift_at": c.r.LiftAt.UnixMilli()}, c.update(ctx, `state = 'scheduled'`, `state = 'frozen'`)
	})
	return err
}

func (d *Desk) missLift(ctx context.Context, tx *sql.Tx, who history.Actor, id string) error {
	_, err := d.changeIn(ctx, tx, who, id, liftMissed, func(c *change) (map[string]any, error) {
		return map[string]any{"lift_at": c.r.LiftAt.UnixMilli()}, c.unschedule(ctx, `state = 'frozen' AND lift_at <= $2`)
	})
	return err
}

// frozen says that the newsroom is, and that the action is not the one thing that is still allowed:
// taking back what is out.
func (c *change) frozen(action string) bool {
	return c.r.Newsroom.Frozen.Is() && !(action == "release.withdraw" && c.r.State == StateLive)
}

// hide leaves out of a release in a frozen newsroom what the world has not seen.
func (r stored) hide() stored {
	out := r.State == StateLive || r.State == StateWithdrawn && !r.Canceled()
	if !r.Newsroom.Frozen.Is() || out && r.Approved == r.Version {
		return r
	}
	r.Text, r.Hidden = Text{Kind: r.Text.Kind, Language: r.Text.Language, Topics: r.Text.Topics}, true
	if !out {
		r.Slug, r.Forced.Reason, r.Withdrawal.Reason = "", "", ""
	}
	return r
}
