package jobs

import (
	"context"
	"fmt"
	"time"

	"dateline/releases/history"
)

// follow is what was decided about a release whose mail had begun to go.
type follow struct {
	dispatch string // the mailing of the release itself
	version  int    // what is mailed from now on
	mail     bool   // those who got what it was before are to be told
}

// followCorrections makes what is still to be mailed of a corrected release carry the corrected text,
// and opens the mailing to those who got the text before, both at once: the workers' leases tell from
// then on which of the two texts goes.
func (e *Engine) followCorrections(ctx context.Context) error {
	return e.followEach(ctx, OfCorrection, `SELECT d.id, c.shown, c.mail FROM corrections c
		JOIN releases r ON r.id = c.release_id JOIN dispatches d ON d.release_id = c.release_id AND d.kind = 'release'
		WHERE c.published_at IS NOT NULL AND r.state = 'scheduled' AND d.version > 0 AND d.version < c.shown AND `+unfrozen+` ORDER BY c.release_id, c.shown`)
}

// followWithdrawals stops what is still to be mailed of a withdrawn release, and opens the mailing to
// those who got it, both at once.
func (e *Engine) followWithdrawals(ctx context.Context) error {
	return e.followEach(ctx, OfWithdrawal, `SELECT d.id, d.version, TRUE FROM releases r
		JOIN dispatches d ON d.release_id = r.id AND d.kind = 'release' AND d.version > 0
		WHERE r.state = 'withdrawn' AND `+unfrozen+` AND NOT EXISTS (SELECT 1 FROM dispatches w WHERE w.release_id = r.id AND w.kind = 'withdrawal')`)
}

func (e *Engine) followEach(ctx context.Context, kind, query string) error {
	list, err := e.toFollow(ctx, query)
	if err != nil {
		return fmt.Errorf("find what a %s follows: %w", kind, err)
	}
	for _, f := range list {
		if err := e.follow(kind, f); err != nil {
			return fmt.Errorf("follow dispatch %s with a %s: %w", f.dispatch, kind, err)
		}
	}
	if len(list) > 0 {
		hint(e.wakeHeld)
		hint(e.wakeDue)
	}
	return nil
}

func (e *Engine) toFollow(ctx context.Context, query string) (list []follow, err error) {
	rows, err := e.deps.DB.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f follow
		if err := rows.Scan(&f.dispatch, &f.version, &f.mail); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

func (e *Engine) follow(kind string, f follow) error {
	id, now := newID(), e.clock.now()
	return e.commits.do(func(ctx context.Context, tx *groupTx) error {
		result, err := tx.ExecContext(ctx, `UPDATE dispatches SET version = $1 WHERE id = $2 AND version <= $1`, f.version, f.dispatch)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 || !f.mail {
			return err
		}
		if kind == OfWithdrawal {
			if err := stopWithdrawn(ctx, tx, f.dispatch, now); err != nil {
				return err
			}
		}
		return e.openFollower(ctx, tx, id, kind, f, now)
	})
}

// stopWithdrawn stops every mailing of the release whose dispatch this is.
func stopWithdrawn(ctx context.Context, tx *groupTx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE dispatches SET state = 'stopping', frozen_at = COALESCE(frozen_at, $1)
		WHERE release_id = (SELECT d.release_id FROM dispatches d WHERE d.id = $2) AND kind <> 'withdrawal' AND state IN ('sending', 'paused')`,
		millis(now), id)
	return err
}

// openFollower leaves it to the unique index that there is one, whoever opens it. It needs no lift: it is
// sent as its audience is gathered.
func (e *Engine) openFollower(ctx context.Context, tx *groupTx, id, kind string, f follow, now time.Time) error {
	_, err := move(ctx, tx.Tx, now, history.System, id, "dispatch.open", `INSERT INTO dispatches
		(id, newsroom_id, release_id, kind, state, version, audience, cursor, created_at, started_at)
		SELECT CAST($1 AS TEXT), d.newsroom_id, d.release_id, CAST($2 AS TEXT), 'sending', CAST($3 AS BIGINT), 0, '',
			CAST($4 AS BIGINT), CAST($4 AS BIGINT)
		FROM dispatches d WHERE d.id = $5
		ON CONFLICT DO NOTHING RETURNING newsroom_id, release_id`, id, kind, f.version, millis(now), f.dispatch)
	return err
}
