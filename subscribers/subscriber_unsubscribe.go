package subscribers

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/history"
)

// Unsubscribe ends a subscription (RFC 8058 one-click, or the page's button). A second call changes
// nothing and is no error.
func (s *Store) Unsubscribe(ctx context.Context, who history.Actor, token string) (Subscriber, error) {
	sub, err := s.ByUnsubscribeToken(ctx, token)
	if err != nil {
		return Subscriber{}, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		now := s.now()
		result, err := tx.ExecContext(ctx, `UPDATE subscribers SET state = 'unsubscribed', left_at = $2, updated_at = $2
			WHERE id = $1 AND state <> 'unsubscribed'`, sub.ID, now.UnixMilli())
		if changed, err := changedOne(result, err); err != nil || !changed {
			return err
		}
		return history.Record(ctx, tx, now, who, history.Event{NewsroomID: sub.NewsroomID, Subject: sub.ID, Action: "subscriber.unsubscribe"})
	})
	if err != nil {
		return Subscriber{}, fmt.Errorf("unsubscribe %s: %w", sub.ID, err)
	}
	return s.Subscriber(ctx, sub.ID)
}
