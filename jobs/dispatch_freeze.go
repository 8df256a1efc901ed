package jobs

import (
	"context"
	"fmt"

	"dateline/releases/history"
)

// Nothing is mailed for a newsroom that is frozen, from the very moment that it is: what may be claimed,
// lifted or opened is asked of dispatches d, of releases r, or of dispatches without another name.
const (
	unfrozen        = `EXISTS (SELECT 1 FROM newsrooms n WHERE n.id = d.newsroom_id AND n.frozen_at IS NULL)`
	unfrozenRelease = `EXISTS (SELECT 1 FROM newsrooms n WHERE n.id = r.newsroom_id AND n.frozen_at IS NULL)`
	thawed          = `EXISTS (SELECT 1 FROM newsrooms n WHERE n.id = newsroom_id AND n.frozen_at IS NULL)`
)

// pauseFrozen pauses what was being mailed when its newsroom was frozen. It stays so after the thaw,
// until an officer goes on with it.
func (e *Engine) pauseFrozen(ctx context.Context) error {
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT d.id FROM dispatches d JOIN newsrooms n ON n.id = d.newsroom_id
		WHERE d.state = 'sending' AND n.frozen_at IS NOT NULL`))
	if err != nil {
		return fmt.Errorf("find dispatches of frozen newsrooms: %w", err)
	}
	for _, id := range ids {
		now := e.clock.now()
		err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
			_, err := move(ctx, tx.Tx, now, history.System, id, "dispatch.pause",
				`UPDATE dispatches SET state = 'paused' WHERE id = $1 AND state = 'sending' AND NOT `+thawed+` RETURNING newsroom_id, release_id`, id)
			return err
		})
		if err != nil {
			return fmt.Errorf("pause dispatch %s of a frozen newsroom: %w", id, err)
		}
		hint(e.wakeHeld)
	}
	return nil
}
