package jobs

import (
	"context"
	"fmt"

	"dateline/jobs/mail"
)

// forgetMistakes lets go of the captured mail of releases that were published in error, and of what told
// the newsroom of it. A mailing that still runs may have a message on its way, so it is looked at again until it has ended.
func (e *Engine) forgetMistakes(ctx context.Context) error {
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT d.id FROM releases r JOIN dispatches d ON d.release_id = r.id
		WHERE r.state = 'withdrawn' AND r.withdrawn_error AND d.kind <> 'withdrawal' AND NOT d.forgotten`))
	if err != nil {
		return fmt.Errorf("find what was published in error: %w", err)
	}
	for _, id := range ids {
		err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
			// Whether it had ended is asked before: what it captured until then is there to be seen.
			var ended bool
			err := tx.QueryRowContext(ctx, `SELECT state NOT IN ('sending', 'paused', 'held', 'stopping') AND NOT EXISTS (SELECT 1 FROM letters
				WHERE kind IN `+toldKinds+` AND data = $2 AND state IN ('queued', 'sending')) FROM dispatches WHERE id = $1`, id, toldData(id)).Scan(&ended)
			if err != nil {
				return err
			}
			told, err := texts(tx.QueryContext(ctx, `SELECT id FROM letters WHERE kind IN `+toldKinds+` AND data = $1`, toldData(id)))
			if err != nil {
				return err
			}
			for _, one := range append(told, id) {
				if err := mail.ForgetCaptured(ctx, tx.Tx, one); err != nil {
					return err
				}
			}
			if !ended {
				return nil
			}
			_, err = tx.ExecContext(ctx, `UPDATE dispatches SET forgotten = TRUE WHERE id = $1`, id)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget the mail of dispatch %s: %w", id, err)
		}
	}
	return nil
}
