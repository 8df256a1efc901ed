package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dateline/releases/history"
)

// Erase deletes one and everything that names the person in this package's tables, the newsroom's own
// suppression among it. A suppression for all newsrooms is not one newsroom's to lift.
func (s *Store) Erase(ctx context.Context, who history.Actor, id string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		var newsroom, key string
		err := tx.QueryRowContext(ctx, `DELETE FROM subscribers WHERE id = $1 RETURNING newsroom_id, email_key`, id).Scan(&newsroom, &key)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM suppressions WHERE email_key = $1 AND newsroom_id = $2`, key, newsroom); err != nil {
			return err
		}
		return history.Record(ctx, tx, s.now(), who, history.Event{NewsroomID: newsroom, Subject: id, Action: "subscriber.erase"})
	})
	if err != nil {
		return fmt.Errorf("erase subscriber %s: %w", id, err)
	}
	return nil
}
