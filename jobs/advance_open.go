package jobs

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases"
	"dateline/releases/history"
)

// SendAdvance mails the approved text of a scheduled release to everyone with a pass in force who has
// accepted its terms and has not been sent that version. ErrConflict when there is nobody, or no lift to
// come, and while its newsroom is frozen.
func (l *Ledger) SendAdvance(ctx context.Context, who history.Actor, releaseID string) (Dispatch, error) {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return Dispatch{}, fmt.Errorf("advance copy of %s: %w", releaseID, err)
	}
	defer tx.Rollback()
	id, err := l.openAdvance(ctx, tx, who, releaseID)
	if err == nil && id != "" {
		err = tx.Commit()
	}
	if err != nil {
		return Dispatch{}, fmt.Errorf("advance copy of %s: %w", releaseID, err)
	}
	if id == "" {
		return Dispatch{}, ErrConflict
	}
	return l.Dispatch(ctx, id)
}

// openAdvance opens the dispatch with its whole audience, "" when it would have none. Those who ask at
// once wait for each other at the release's row, so that nobody gets two.
func (l *Ledger) openAdvance(ctx context.Context, tx *sql.Tx, who history.Actor, releaseID string) (string, error) {
	if _, err := tx.ExecContext(ctx, `UPDATE releases SET id = id WHERE id = $1`, releaseID); err != nil {
		return "", err
	}
	id, now := newID(), l.now()
	opened, err := move(ctx, tx, now, who, id, "dispatch.open", `INSERT INTO dispatches
		(id, newsroom_id, release_id, kind, state, version, audience, cursor, frozen_at, created_at, started_at)
		SELECT CAST($1 AS TEXT), r.newsroom_id, r.id, '`+OfAdvance+`', 'sending', r.approved, 0, '',
			CAST($2 AS BIGINT), CAST($2 AS BIGINT), CAST($2 AS BIGINT)
		FROM releases r WHERE r.id = $3 AND r.state = 'scheduled' AND r.lift_at > $2 AND `+unfrozenRelease+`
		RETURNING newsroom_id, release_id`, id, millis(now), releaseID)
	if err != nil || !opened {
		return "", err
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO deliveries
		(dispatch_id, seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at)
		SELECT CAST($1 AS TEXT), ROW_NUMBER() OVER (ORDER BY p.created_at, p.id) - 1, p.id, p.email, p.name, p.language,
			'queued', 0, 0, 0, '', '', 0, CAST($4 AS BIGINT)
		FROM passes p WHERE p.release_id = $2 AND `+awaitAdvance, id, releaseID, id, millis(now))
	if err != nil {
		return "", err
	}
	added, err := result.RowsAffected()
	if err != nil || added == 0 {
		return "", err
	}
	_, err = addBatches(ctx, tx, id, 0, int(added))
	return id, err
}

// awaitAdvance are passes p in force at $4 whose holders have accepted, and for whom the version that the
// dispatch $3 mails is neither sent nor on its way. What was kept back may be sent after all.
const awaitAdvance = releases.PassInForce + ` AND p.accepted_at IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM deliveries x JOIN dispatches d ON d.id = x.dispatch_id
	WHERE d.release_id = p.release_id AND d.kind = '` + OfAdvance + `' AND x.subscriber_id = p.id AND x.state <> 'excluded'
		AND d.version = (SELECT n.version FROM dispatches n WHERE n.id = $3))`
