package subscribers

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/history"
)

// Confirm makes a pending subscriber confirmed. A second call changes nothing and is no error. Whoever
// had asked this newsroom not to be mailed has now asked for the opposite; a bounce or complaint stands.
func (s *Store) Confirm(ctx context.Context, who history.Actor, token string) (Subscriber, error) {
	sub, err := s.ByConfirmToken(ctx, token)
	if err != nil || sub.State == StateConfirmed {
		return sub, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		now := s.now()
		result, err := tx.ExecContext(ctx, `UPDATE subscribers SET state = 'confirmed', confirmed_at = $2, updated_at = $2, consent_from = $3
			WHERE id = $1 AND state = 'pending'`, sub.ID, now.UnixMilli(), who.From)
		if changed, err := changedOne(result, err); err != nil || !changed {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM suppressions WHERE reason = 'request' AND newsroom_id = $1
			AND email_key = (SELECT email_key FROM subscribers WHERE id = $2)`, sub.NewsroomID, sub.ID)
		if err != nil {
			return err
		}
		return history.Record(ctx, tx, now, who, history.Event{NewsroomID: sub.NewsroomID, Subject: sub.ID, Action: "subscriber.confirm"})
	})
	if err != nil {
		return Subscriber{}, fmt.Errorf("confirm subscriber %s: %w", sub.ID, err)
	}
	// Read again: between the link's look-up and the update the person may have left.
	return s.ByConfirmToken(ctx, token)
}

// changedOne says whether a guarded update found its row in the state it wanted.
func changedOne(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	return rows == 1, err
}
