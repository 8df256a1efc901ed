package releases

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Edition names what the world sees at an instant: two equal ones mean that every public page is the
// same. Nothing that is done to a release before its lift changes it, so that keeping rendered pages
// by edition tells a stranger nothing, not even by how long an answer takes.
type Edition struct {
	Changes int64 // how often something that was public has been changed
	Lifted  int64 // the latest lift that has passed, in epoch milliseconds; 0 before the first
}

// Edition is the one of now. Changed is when something public was last changed, lifts apart. Next is
// the lift that ends the edition, zero when none is set: for the server alone, never for a stranger.
func (p *Public) Edition(ctx context.Context, now time.Time) (e Edition, changed, next time.Time, err error) {
	var changedAt, nextAt sql.NullInt64
	err = p.db.QueryRowContext(ctx, `SELECT c.changes, c.changed_at,
			COALESCE((SELECT MAX(lift_at) FROM releases WHERE state = 'scheduled' AND lift_at <= $1), 0),
			(SELECT MIN(lift_at) FROM releases WHERE state = 'scheduled' AND lift_at > $1)
		FROM public_changes c WHERE c.id = 1`, now.UnixMilli()).Scan(&e.Changes, &changedAt, &e.Lifted, &nextAt)
	if err != nil {
		return Edition{}, time.Time{}, time.Time{}, fmt.Errorf("edition: %w", err)
	}
	return e, instant(changedAt), instant(nextAt), nil
}

// newEdition says that tx changes something public.
func newEdition(ctx context.Context, tx *sql.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE public_changes SET changes = changes + 1, changed_at = $1 WHERE id = 1`, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("new edition: %w", err)
	}
	return nil
}

// Watch has changed called after whatever may have changed an edition, or when it ends. It is for a
// reader in the same process, which then need not ask the database each time; call it before the desk
// is in use.
func (d *Desk) Watch(changed func()) { d.watch = changed }
