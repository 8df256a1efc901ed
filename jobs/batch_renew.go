package jobs

import (
	"context"
	"fmt"
)

// keepLeases renews the leases held here, and halts the claims whose dispatch was paused, stopped,
// corrected or withdrawn.
func (e *Engine) keepLeases(ctx context.Context) {
	for sleepUntil(ctx, e.settings.Lease/3, e.wakeHeld) {
		for _, c := range e.held() {
			if err := e.renew(c); err != nil {
				e.ledger.set(err)
			}
		}
	}
}

func (e *Engine) held() (list []*claim) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.claims {
		list = append(list, c)
	}
	return list
}

func (e *Engine) renew(c *claim) error {
	var kept bool
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		result, err := tx.ExecContext(ctx, `UPDATE batches SET free_at = $1 WHERE dispatch_id = $2 AND number = $3 AND lease = $4 AND EXISTS (
			SELECT 1 FROM dispatches d JOIN releases r ON r.id = d.release_id
			WHERE d.id = $2 AND d.state = 'sending' AND d.version = $5 AND (r.state = 'scheduled' OR d.kind = 'withdrawal') AND `+unfrozen+`)`,
			e.commits.until(), c.dispatch, c.number, c.lease, c.version)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		kept = n == 1
		return err
	})
	if err != nil {
		return fmt.Errorf("renew lease of %s: %w", batchRef(c.dispatch, c.number), err)
	}
	if !kept {
		c.halted.Store(true)
	}
	return nil
}
