package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/releases/vault"
)

// withdrawalReasons are sealed: why a release was canceled may tell what it said.
var withdrawalReasons = vault.Column{Table: "releases", Name: "withdrawn_reason", Key: []string{"id"}}

// WithdrawInput says why a release is taken back.
type WithdrawInput struct {
	Reason string // for readers
	// InError is for one published in error: its address is answered as gone, and nothing that it said
	// is told any more.
	InError bool
	// Replacement is the id of an approved or scheduled release that is published in its place, in the
	// same transaction, or of a live one; "" when there is none.
	Replacement string
}

// Withdraw takes a live release back: a notice with the reason stands at its address. One that is still
// to be lifted is canceled, and the world never hears of it. Neither can be undone.
func (d *Desk) Withdraw(ctx context.Context, who history.Actor, id string, in WithdrawInput) (Release, error) {
	if !canBeID(id) {
		return Release{}, ErrNotFound
	}
	var after Release
	err := transact(ctx, d.db, func(tx *sql.Tx) error {
		// Two rows are locked in one order, whoever withdraws which.
		for _, one := range slices.Sorted(slices.Values([]string{id, in.Replacement})) {
			if err := lock(ctx, tx, one); err != nil {
				return err
			}
		}
		r, err := d.changeIn(ctx, tx, who, id, "release.withdraw", func(c *change) (map[string]any, error) {
			return c.withdraw(ctx, &in)
		})
		after = r
		if err != nil || in.Replacement == "" {
			return err
		}
		return d.replace(ctx, tx, who, r, in.Replacement)
	})
	defer d.watch()
	if err != nil {
		return Release{}, fmt.Errorf("withdraw %s: %w", id, err)
	}
	return after, nil
}

func (c *change) withdraw(ctx context.Context, in *WithdrawInput) (map[string]any, error) {
	if c.r.State != StateLive && c.r.State != StateScheduled {
		return nil, c.conflict("conflict.not_out")
	}
	var check check
	reason := check.note("reason", in.Reason)
	if err := check.faults.Err(); err != nil {
		return nil, err
	}
	live := c.r.State == StateLive
	guard := `state = 'scheduled' AND lift_at > $2`
	if live {
		guard = `state = 'scheduled' AND lift_at <= $2`
	} else if err := c.delist(ctx); err != nil {
		return nil, err
	}
	if err := c.unindex(ctx); err != nil {
		return nil, err
	}
	in.InError = in.InError && live
	err := c.update(ctx, `state = 'withdrawn', withdrawn_at = $2, withdrawn_reason = $3, withdrawn_error = $4, replaced_by = $5`,
		guard, c.keys.Seal(withdrawalReasons.Of(c.r.ID), reason), in.InError, in.Replacement)
	detail := map[string]any{"live": live, "error": in.InError, "replaced_by": in.Replacement}
	if live {
		detail["reason"] = reason
	}
	return detail, err
}

// replace publishes what takes the place of a withdrawn release, unless it is live already.
func (d *Desk) replace(ctx context.Context, tx *sql.Tx, who history.Actor, withdrawn Release, id string) error {
	unfit := input.Faults{{Field: "replacement", Message: "fault.replacement"}}
	r, err := readRelease(ctx, tx, d.keys, d.now(), id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err != nil || id == withdrawn.ID || r.Newsroom.ID != withdrawn.Newsroom.ID {
		return unfit
	}
	switch r.State {
	case StateLive:
		return nil
	case StateApproved, StateScheduled:
		_, err = d.changeIn(ctx, tx, who, id, "release.publish", func(c *change) (map[string]any, error) {
			return c.publish(ctx)
		})
		return err
	}
	return unfit
}
