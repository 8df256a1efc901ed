package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// followChunk is how many batches of a release's mailing one transaction looks through.
const followChunk = 4

// gatherFollowers gathers who got what a correction or withdrawal is about: whose delivery of the release
// is sent or unknown, or in doubt until then, and, for a correction, was of a version before it. Batch by batch of that mailing;
// one that a worker still holds may be on its way with the former text, so it is waited for.
func (e *Engine) gatherFollowers(ctx context.Context, a *audience) error {
	var first string
	err := e.deps.DB.QueryRowContext(ctx, `SELECT id FROM dispatches WHERE release_id = $1 AND kind = 'release' AND version > 0`, a.release).Scan(&first)
	if err != nil {
		return fmt.Errorf("what dispatch %s follows: %w", a.id, err)
	}
	for {
		var numbers []int
		var step followStep
		err := e.commits.do(func(ctx context.Context, tx *groupTx) (err error) {
			numbers, step, err = followChunkOf(ctx, tx, a, first, millis(e.clock.now()))
			return err
		})
		if err != nil {
			return fmt.Errorf("gather %s: %w", a.id, err)
		}
		for _, number := range numbers {
			e.queue.announce(laneLift, batchRef(a.id, number))
		}
		switch {
		case step == followWait:
			return nil
		case step == followEnd:
			_, err := e.endPass(ctx, a.id, true)
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

// followStep is what a look at a chunk came to.
type followStep int

const (
	followOn   followStep = iota
	followWait            // the next batch is held by a worker
	followEnd             // there are no more
)

// followChunkOf adds those of the next batches of the release's mailing. The batches are locked before
// they are looked at: a lease is there by then, or begins with what was decided since.
func followChunkOf(ctx context.Context, tx *groupTx, a *audience, first string, now int64) (numbers []int, step followStep, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE dispatches SET state = state WHERE id = $1 AND state IN ('sending', 'paused')
		AND frozen_at IS NULL RETURNING cursor`, a.id).Scan(&a.cursor)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, followWait, nil
	}
	if err != nil {
		return nil, followWait, err
	}
	done := -1
	if a.cursor != "" {
		if done, err = strconv.Atoi(a.cursor); err != nil {
			return nil, followWait, err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE batches SET number = number WHERE dispatch_id = $1 AND number > $2 AND number <= $3`, first, done, done+followChunk)
	if err != nil {
		return nil, followWait, err
	}
	upto, step, err := followRange(ctx, tx, a, first, done)
	if err != nil || upto == done {
		return nil, step, err
	}
	numbers, err = addFollowers(ctx, tx, a, first, done, upto, now)
	if err != nil {
		return nil, followWait, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE dispatches SET cursor = $1 WHERE id = $2`, strconv.Itoa(upto), a.id)
	return numbers, step, err
}

// followRange is the last batch after done that can be looked through now.
func followRange(ctx context.Context, tx *groupTx, a *audience, first string, done int) (upto int, step followStep, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT number, state = 'leased' AND ($3 = 'withdrawal' OR version < $4) FROM batches
		WHERE dispatch_id = $1 AND number > $2 AND number <= $5 ORDER BY number`, first, done, a.kind, a.version, done+followChunk)
	if err != nil {
		return done, followWait, err
	}
	defer rows.Close()
	upto, step = done, followEnd
	for rows.Next() {
		var number int
		var busy bool
		if err := rows.Scan(&number, &busy); err != nil {
			return done, followWait, err
		}
		if busy {
			return upto, followWait, nil
		}
		upto, step = number, followOn
	}
	return upto, step, rows.Err()
}

// addFollowers begins a batch of its own for those it adds: the last one may be on its way.
func addFollowers(ctx context.Context, tx *groupTx, a *audience, first string, after, upto int, now int64) ([]int, error) {
	var at int
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq) + 1, 0) FROM deliveries WHERE dispatch_id = $1`, a.id).Scan(&at); err != nil {
		return nil, err
	}
	at = (at + batchSize - 1) / batchSize * batchSize
	result, err := tx.ExecContext(ctx, `INSERT INTO deliveries
		(dispatch_id, seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at)
		SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT) + ROW_NUMBER() OVER (ORDER BY p.seq) - 1, p.subscriber_id, p.email, p.name, p.language,
			'queued', 0, 0, 0, '', '', 0, CAST($3 AS BIGINT)
		FROM batches b JOIN deliveries p ON `+batchRange+`
		WHERE b.dispatch_id = $4 AND b.number > $5 AND b.number <= $6 AND p.email <> ''
			AND (p.state IN ('sent', 'unknown') OR `+inDoubt+`)
			AND ($7 = 'withdrawal' OR CASE WHEN p.version > 0 THEN p.version ELSE b.version END < $8)
		ON CONFLICT DO NOTHING`,
		a.id, at, now, first, after, upto, a.kind, a.version)
	if err != nil {
		return nil, err
	}
	added, err := result.RowsAffected()
	if err != nil || added == 0 {
		return nil, err
	}
	return addBatches(ctx, tx.Tx, a.id, at, int(added))
}
