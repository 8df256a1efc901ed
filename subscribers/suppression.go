package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Why an address must not be mailed. A request is lifted when the person subscribes anew; the others
// are not the person's to lift.
const (
	ReasonBounce    = "bounce"
	ReasonComplaint = "complaint"
	ReasonRequest   = "request"
)

// Suppress keeps an address from being mailed, by one newsroom or, with newsroomID "", by all. reason
// is one of those above, detail what the other side said. A second call changes nothing, unless it
// has a bounce or complaint to put in place of a request.
func (s *Store) Suppress(ctx context.Context, who history.Actor, email, newsroomID, reason, detail string) error {
	var faults input.Faults
	_, key := checkEmail(&faults, email)
	if err := faults.Err(); err != nil {
		return err
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		now := s.now()
		result, err := tx.ExecContext(ctx, `INSERT INTO suppressions (email_key, newsroom_id, reason, detail, created_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (email_key, newsroom_id) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, created_at = excluded.created_at
			WHERE suppressions.reason = 'request' AND excluded.reason <> 'request'`, key, newsroomID, reason, detail, now.UnixMilli())
		if changed, err := changedOne(result, err); err != nil || !changed {
			return err
		}
		// The history names no person: it tells of the subscriber, when the newsroom has one.
		var subject string
		err = tx.QueryRowContext(ctx, `SELECT id FROM subscribers WHERE newsroom_id = $1 AND email_key = $2`, newsroomID, key).Scan(&subject)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return history.Record(ctx, tx, now, who, history.Event{
			NewsroomID: newsroomID, Subject: subject, Action: "subscriber.suppress", Detail: map[string]any{"reason": reason}})
	})
	if err != nil {
		return fmt.Errorf("suppress an address: %w", err)
	}
	return nil
}

// suppressedFor is why a newsroom must not mail an address, "" when it may.
func suppressedFor(ctx context.Context, q querier, newsroomID, key string) (reason string, err error) {
	err = q.QueryRowContext(ctx, `SELECT reason FROM suppressions WHERE email_key = $1 AND newsroom_id IN ('', $2)
		ORDER BY newsroom_id LIMIT 1`, key, newsroomID).Scan(&reason)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return reason, err
}

// unmailable says whether not even a confirmation may be asked for: the address bounces, complained,
// or is closed to all newsrooms.
func unmailable(ctx context.Context, q querier, newsroomID, key string) (yes bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM suppressions
		WHERE email_key = $1 AND (newsroom_id = '' OR newsroom_id = $2 AND reason <> 'request'))`, key, newsroomID).Scan(&yes)
	return yes, err
}
