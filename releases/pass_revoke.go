package releases

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/history"
)

// Revoke ends a pass, from the next request on. ErrNotFound when the release has none of that id in force.
func (p *Passes) Revoke(ctx context.Context, who history.Actor, releaseID, passID string) error {
	if !canBeID(releaseID) || !canBeID(passID) {
		return ErrNotFound
	}
	err := transact(ctx, p.desk.db, func(tx *sql.Tx) error {
		now, newsroom := p.desk.now(), ""
		revoked, err := changedOne(tx.ExecContext(ctx, `UPDATE passes SET revoked_at = $1 WHERE id = $2 AND release_id = $3 AND revoked_at IS NULL`,
			now.UnixMilli(), passID, releaseID))
		if err != nil {
			return err
		}
		if !revoked {
			return ErrNotFound
		}
		if err := tx.QueryRowContext(ctx, `SELECT newsroom_id FROM releases WHERE id = $1`, releaseID).Scan(&newsroom); err != nil {
			return err
		}
		return p.desk.record(ctx, tx, now, who, "pass.revoke", newsroom, releaseID, map[string]any{"pass": passID})
	})
	if err != nil {
		return fmt.Errorf("revoke pass %s: %w", passID, err)
	}
	return nil
}
