package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/history"
)

// openDispatches opens a dispatch for every lift that comes within StageAhead or has passed, and has
// none. The first look goes all the way back: a lift that came while nothing ran is not forgotten.
// Later ones need no more than an hour before the last that succeeded.
func (e *Engine) openDispatches(ctx context.Context) error {
	now := e.clock.now()
	since := int64(0)
	if !e.opened.IsZero() {
		since = millis(e.opened.Add(-time.Hour))
	}
	releases, err := texts(e.deps.DB.QueryContext(ctx, `SELECT r.id FROM releases r
		WHERE r.state = 'scheduled' AND NOT r.backdated AND r.lift_at > $1 AND r.lift_at <= $2 AND NOT EXISTS (
			SELECT 1 FROM dispatches d WHERE d.release_id = r.id AND d.kind = 'release' AND d.state <> 'canceled')
		ORDER BY r.lift_at`, since, millis(now.Add(e.settings.StageAhead))))
	if err != nil {
		return fmt.Errorf("find lifts without a dispatch: %w", err)
	}
	for _, release := range releases {
		if err := e.openDispatch(release); err != nil {
			return err
		}
	}
	e.opened = now
	return nil
}

// openDispatch leaves it to the unique index that a release has one dispatch, whoever opens it.
func (e *Engine) openDispatch(releaseID string) error {
	id, now := newID(), e.clock.now()
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		_, err := move(ctx, tx.Tx, now, history.System, id, "dispatch.open", `INSERT INTO dispatches
			(id, newsroom_id, release_id, kind, state, version, audience, cursor, created_at)
			SELECT CAST($1 AS TEXT), r.newsroom_id, r.id, 'release', 'staging', 0, 0, '', CAST($2 AS BIGINT) FROM releases r WHERE r.id = $3
			ON CONFLICT DO NOTHING RETURNING newsroom_id, release_id`, id, millis(now), releaseID)
		return err
	})
	if err != nil {
		return fmt.Errorf("open dispatch of release %s: %w", releaseID, err)
	}
	return nil
}

// cancelDispatches cancels those that wait for a lift which was cleared or withdrawn.
func (e *Engine) cancelDispatches(ctx context.Context) error {
	const cleared = `state IN ('staging', 'staged', 'held') AND NOT EXISTS (
		SELECT 1 FROM releases r WHERE r.id = release_id AND r.state = 'scheduled' AND NOT r.backdated)`
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT id FROM dispatches WHERE `+cleared))
	if err != nil {
		return fmt.Errorf("find cleared lifts: %w", err)
	}
	for _, id := range ids {
		now := e.clock.now()
		err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
			_, err := move(ctx, tx.Tx, now, history.System, id, "dispatch.cancel",
				`UPDATE dispatches SET state = 'canceled', done_at = $1 WHERE id = $2 AND `+cleared+` RETURNING newsroom_id, release_id`, millis(now), id)
			return err
		})
		if err != nil {
			return fmt.Errorf("cancel dispatch %s: %w", id, err)
		}
	}
	return nil
}

// forgetCanceled lets go of the audience of a canceled dispatch, a part at each look: the addresses
// were copied for a mailing that never was.
func (e *Engine) forgetCanceled(ctx context.Context) error {
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT id FROM dispatches WHERE state = 'canceled' AND audience > 0`))
	if err != nil {
		return fmt.Errorf("find canceled audiences: %w", err)
	}
	for _, id := range ids {
		err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
			for _, statement := range []string{
				`DELETE FROM deliveries WHERE dispatch_id = $1 AND seq <= (SELECT MIN(p.seq) + 1999 FROM deliveries p WHERE p.dispatch_id = $1)`,
				`DELETE FROM batches WHERE dispatch_id = $1`,
				`UPDATE dispatches SET audience = (SELECT COUNT(*) FROM deliveries p WHERE p.dispatch_id = $1) WHERE id = $1`,
			} {
				if _, err := tx.ExecContext(ctx, statement, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("forget canceled dispatch %s: %w", id, err)
		}
	}
	return nil
}

// move runs a guarded change of a dispatch that ends in RETURNING newsroom_id, release_id, and records
// it if there was a row to change.
func move(ctx context.Context, tx *sql.Tx, at time.Time, who history.Actor, id, action, change string, args ...any) (moved bool, err error) {
	var newsroom, release string
	err = tx.QueryRowContext(ctx, change, args...).Scan(&newsroom, &release)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, history.Record(ctx, tx, at, who, history.Event{
		NewsroomID: newsroom, Subject: id, Action: action, Detail: map[string]any{"release": release},
	})
}

// texts reads rows of one text.
func texts(rows *sql.Rows, err error) (list []string, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
