package subscribers

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"dateline/releases/history"
)

// An address is sent at most so many letters within so long a time, whoever asks.
const (
	letters       = 3
	lettersWithin = 24 * time.Hour
)

// Asked is what became of a request on the public form, for the letter that follows. The page that
// answers is the same in every case.
type Asked struct {
	Subscriber Subscriber
	Already    bool // confirmed before: the letter says so instead of asking again
	Quiet      bool // suppressed, or asked too often: no letter at all
}

// Ask records a request from the public form as pending; the last one says what is wanted. It changes
// nothing that a confirmed subscriber has chosen, for anybody may type anybody's address.
func (s *Store) Ask(ctx context.Context, who history.Actor, n Newsroom, in Input) (Asked, error) {
	in.Confirmed = false
	sub, key, err := check(n, in)
	if err != nil {
		return Asked{}, err
	}
	wanted := keyed{s.fresh(sub, s.now()), key}
	asked := Asked{Subscriber: wanted.Subscriber}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if asked.Quiet, err = unmailable(ctx, tx, n.ID, key); err != nil || asked.Quiet {
			return err
		}
		added, err := insert(ctx, tx, []keyed{wanted})
		if err != nil {
			return err
		}
		return askAgain(ctx, tx, &asked, wanted, added == 0)
	})
	if err != nil {
		return Asked{}, fmt.Errorf("ask to subscribe: %w", err)
	}
	return asked, nil
}

// askAgain takes a request into the row that the address has by now.
func askAgain(ctx context.Context, tx *sql.Tx, asked *Asked, wanted keyed, existed bool) error {
	now := wanted.CreatedAt
	// This update changes nothing: it holds the row until the end on both engines.
	var id, times string
	err := tx.QueryRowContext(ctx, `UPDATE subscribers SET updated_at = updated_at
		WHERE newsroom_id = $1 AND email_key = $2 RETURNING id, asked`, wanted.NewsroomID, wanted.key).Scan(&id, &times)
	if err != nil {
		return err
	}
	if asked.Subscriber, err = byID(ctx, tx, id); err != nil {
		return err
	}
	times, ok, err := oneMore(times, now)
	if err != nil || !ok {
		asked.Quiet = !ok
		return err
	}
	sub := &asked.Subscriber
	if sub.State == StateConfirmed {
		asked.Already = true
		_, err := tx.ExecContext(ctx, `UPDATE subscribers SET asked = $2 WHERE id = $1`, sub.ID, times)
		return err
	}
	sub.State, sub.Name, sub.Outlet, sub.Language = StatePending, wanted.Name, wanted.Outlet, wanted.Language
	sub.Topics, sub.Frequency, sub.Consent, sub.UpdatedAt = wanted.Topics, wanted.Frequency, wanted.Consent, now
	_, err = tx.ExecContext(ctx, `UPDATE subscribers SET state = 'pending', name = $2, outlet = $3, language = $4, frequency = $5,
		consent = $6, search = $7, asked = $8, updated_at = $9 WHERE id = $1`,
		sub.ID, sub.Name, sub.Outlet, sub.Language, sub.Frequency, sub.Consent, searchText(*sub, wanted.key), times, now.UnixMilli())
	if err != nil || !existed {
		return err
	}
	return replaceTopics(ctx, tx, *sub)
}

// oneMore adds a letter at now to the times of those before; ok is false when that is one too many.
func oneMore(before string, now time.Time) (times string, ok bool, err error) {
	var all []int64
	if err := json.Unmarshal([]byte(before), &all); err != nil {
		return "", false, fmt.Errorf("times of letters: %w", err)
	}
	recent := make([]int64, 0, letters)
	for _, t := range all {
		if now.Sub(time.UnixMilli(t)) < lettersWithin {
			recent = append(recent, t)
		}
	}
	if len(recent) >= letters {
		return "", false, nil
	}
	text, err := json.Marshal(append(recent, now.UnixMilli()))
	return string(text), err == nil, err
}
