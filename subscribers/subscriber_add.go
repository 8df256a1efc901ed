package subscribers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Add adds one from the desk or API; ErrConflict when the newsroom has the address already. An address
// that is suppressed or has unsubscribed is a fault.
func (s *Store) Add(ctx context.Context, who history.Actor, n Newsroom, in Input) (Subscriber, error) {
	sub, key, err := check(n, in)
	if err != nil {
		return Subscriber{}, err
	}
	sub = s.fresh(sub, s.now())
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		reason, err := suppressedFor(ctx, tx, n.ID, key)
		if err != nil {
			return err
		}
		if reason != "" {
			return input.Faults{{Field: "email", Message: "fault.suppressed_" + reason}}
		}
		added, err := insert(ctx, tx, []keyed{{sub, key}})
		if err != nil {
			return err
		}
		if added == 0 {
			return known(ctx, tx, n.ID, key)
		}
		return history.Record(ctx, tx, sub.CreatedAt, who, history.Event{
			NewsroomID: n.ID, Subject: sub.ID, Action: "subscriber.add", Detail: map[string]any{"state": sub.State}})
	})
	if err != nil {
		return Subscriber{}, fmt.Errorf("add subscriber: %w", err)
	}
	return sub, nil
}

// known says why an address that the newsroom has can't be added: who has left comes back by themselves.
func known(ctx context.Context, tx *sql.Tx, newsroomID, key string) error {
	var state State
	err := tx.QueryRowContext(ctx, `SELECT state FROM subscribers WHERE newsroom_id = $1 AND email_key = $2`, newsroomID, key).Scan(&state)
	if err != nil {
		return err
	}
	if state == StateUnsubscribed {
		return input.Faults{{Field: "email", Message: "fault.unsubscribed"}}
	}
	return ErrConflict
}

// fresh gives a checked subscriber its id and times.
func (s *Store) fresh(sub Subscriber, now time.Time) Subscriber {
	now = now.UTC().Truncate(time.Millisecond)
	sub.ID = strings.ToLower(rand.Text())
	sub.CreatedAt, sub.UpdatedAt = now, now
	if sub.State == StateConfirmed {
		sub.ConfirmedAt = now
	}
	return sub
}
