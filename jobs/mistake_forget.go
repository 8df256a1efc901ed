package jobs

import (
	"context"
	"fmt"

	"dateline/jobs/mail"
)

// forgetMistakes lets go of the captured mail of releases that were published in error. A mailing that
// still runs may have a message on its way, so it is looked at again until it has ended.
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
			err := tx.QueryRowContext(ctx, `SELECT state NOT IN ('sending', 'paused', 'held', 'stopping') FROM dispatches WHERE id = $1`, id).Scan(&ended)
			if err != nil {
				return err
			}
			if err := mail.ForgetCaptured(ctx, tx.Tx, id); err != nil || !ended {
				return err
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
