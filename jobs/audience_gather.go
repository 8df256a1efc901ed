package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"dateline/releases/history"
	"dateline/subscribers"
)

// chunkSize is how many recipients one transaction adds. It bounds how long the desk can be kept waiting
// for SQLite's one lock: for some 20 ms as a rule, and under 100 ms where the disk is slow.
const chunkSize = 2000

// gatherAudiences sees to it that each audience which isn't frozen is being gathered.
func (e *Engine) gatherAudiences(ctx context.Context) error {
	growing, err := texts(e.deps.DB.QueryContext(ctx, `SELECT d.id FROM dispatches d JOIN releases r ON r.id = d.release_id
		WHERE d.state = 'staging' OR d.state IN ('sending', 'paused') AND d.frozen_at IS NULL ORDER BY r.lift_at`))
	if err != nil {
		return fmt.Errorf("find audiences to gather: %w", err)
	}
	for _, id := range growing {
		e.mu.Lock()
		busy := e.gathering[id]
		e.gathering[id] = true
		e.mu.Unlock()
		if !busy {
			e.loops.Go(func() { e.gather(ctx, id) })
		}
	}
	return nil
}

// gather passes over the subscribers until the audience is staged or, once its lift has come, frozen.
func (e *Engine) gather(ctx context.Context, id string) {
	defer func() {
		e.mu.Lock()
		delete(e.gathering, id)
		e.mu.Unlock()
	}()
	for ctx.Err() == nil {
		more, err := e.gatherPass(ctx, id)
		e.ledger.set(err)
		if err != nil || !more {
			return
		}
	}
}

// An audience is a dispatch whose recipients are being gathered.
type audience struct {
	id, newsroom, release string
	kind, state, cursor   string
	version               int
}

func (a audience) lifted() bool  { return a.state == Sending || a.state == Paused }
func (a audience) growing() bool { return a.state == Staging || a.lifted() }

// gatherPass looks at every subscriber once, from the cursor on. A pass that began after the lift, and
// at the first subscriber, completes the audience: whoever confirmed before the lift is in it. A lift
// that comes in the middle of a pass makes another necessary.
func (e *Engine) gatherPass(ctx context.Context, id string) (more bool, err error) {
	a := audience{id: id}
	err = e.deps.DB.QueryRowContext(ctx, `SELECT newsroom_id, release_id, kind, version, state, cursor FROM dispatches WHERE id = $1`, id).
		Scan(&a.newsroom, &a.release, &a.kind, &a.version, &a.state, &a.cursor)
	if err != nil {
		return false, fmt.Errorf("gather %s: %w", id, err)
	}
	if !a.growing() {
		return false, nil
	}
	if a.kind != OfRelease {
		return false, e.gatherFollowers(ctx, &a)
	}
	complete := a.lifted() && a.cursor == ""
	for {
		next, err := e.nextChunk(ctx, a)
		if err != nil {
			return false, fmt.Errorf("gather %s: %w", id, err)
		}
		if next.upto == "" {
			break
		}
		if err := e.gatherNext(ctx, &a, next); err != nil {
			return false, fmt.Errorf("gather %s after %q: %w", id, a.cursor, err)
		}
	}
	return e.endPass(ctx, id, complete)
}

// A chunk is the subscribers after a cursor that are looked at together.
type chunk struct {
	upto      string   // id of the last one, "" when there is none
	confirmed []string // ids of those who may be in an audience
}

func (e *Engine) nextChunk(ctx context.Context, a audience) (c chunk, err error) {
	var confirmed string
	err = e.deps.DB.QueryRowContext(ctx, `SELECT COALESCE(MAX(w.id), ''), COALESCE(STRING_AGG(CASE WHEN w.state = 'confirmed' THEN w.id END, ' '), '')
		FROM (SELECT s.id, s.state FROM subscribers s WHERE s.newsroom_id = $1 AND s.id > $2 ORDER BY s.id LIMIT $3) AS w`,
		a.newsroom, a.cursor, chunkSize).Scan(&c.upto, &confirmed)
	c.confirmed = strings.Fields(confirmed)
	return c, err
}

// anyoneMissing says whether somebody in a chunk belongs to the audience and is not in it. As a rule everybody
// who is confirmed is: that shows in two lists of ids, each read from an index alone, in less than half
// of the time that asking subscriber by subscriber takes from the mail.
func (e *Engine) anyoneMissing(ctx context.Context, a audience, c chunk) (anyone bool, err error) {
	var gathered string
	err = e.deps.DB.QueryRowContext(ctx, `SELECT COALESCE(STRING_AGG(w.id, ' '), '') FROM (SELECT p.subscriber_id AS id FROM deliveries p
		WHERE p.dispatch_id = $1 AND p.subscriber_id > $2 AND p.subscriber_id <= $3 ORDER BY p.subscriber_id) AS w`,
		a.id, a.cursor, c.upto).Scan(&gathered)
	if err != nil || contains(strings.Fields(gathered), c.confirmed) {
		return false, err
	}
	err = e.deps.DB.QueryRowContext(ctx, `SELECT EXISTS (`+missing+`)`, a.newsroom, a.release, a.id, a.cursor, c.upto).Scan(&anyone)
	return anyone, err
}

// contains says whether all of the ids are among others. Both are in order, whatever that is.
func contains(all, ids []string) bool {
	for _, id := range all {
		if len(ids) > 0 && id == ids[0] {
			ids = ids[1:]
		}
	}
	return len(ids) == 0
}

// absent: a subscriber s after the cursor $4 is not in the audience of the dispatch $3. In a first pass nobody
// is, which one look tells. Counting, unlike NOT EXISTS, can't be planned as a join, which without
// statistics would go through the whole audience for every chunk.
const absent = `((SELECT COALESCE(MAX(p.subscriber_id), '') FROM deliveries p WHERE p.dispatch_id = $3) <= $4
	OR (SELECT COUNT(*) FROM deliveries p WHERE p.dispatch_id = $3 AND p.subscriber_id = s.id) = 0)`

// missing are those of a chunk who belong to the audience and are not in it yet: $1 newsroom, $2
// release, $3 dispatch, $4 and $5 the chunk's bounds.
const missing = subscribers.Audience + ` AND s.id > $4 AND s.id <= $5 AND ` + absent

// gatherNext adds a chunk and moves on. Chunks come one at a time, whatever is being gathered. Others who
// write have their turn between two, in the order in which they came; while mail goes out from here, what
// it commits has as long as the chunk took.
func (e *Engine) gatherNext(ctx context.Context, a *audience, c chunk) error {
	if a.lifted() {
		if anyone, err := e.anyoneMissing(ctx, *a, c); err != nil || !anyone {
			a.cursor = c.upto
			return err
		}
	}
	e.chunks.Lock()
	defer e.chunks.Unlock()
	began := time.Now()
	var added []int
	err := e.commits.do(func(ctx context.Context, tx *groupTx) (err error) {
		added, err = gatherChunk(ctx, tx, a, c.upto, millis(e.clock.now()))
		return err
	})
	if err != nil {
		return err
	}
	a.cursor = c.upto
	if a.lifted() {
		for _, number := range added {
			e.queue.announce(laneLift, batchRef(a.id, number))
		}
	}
	if len(e.held()) > 0 {
		sleep(ctx, time.Since(began))
	}
	return ctx.Err()
}

// gatherChunk writes the chunk's deliveries and their batches. Moving the cursor locks the dispatch, so
// that of two processes each sees what the other added, and so that the lift comes before or after.
func gatherChunk(ctx context.Context, tx *groupTx, a *audience, upto string, now int64) (numbers []int, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE dispatches SET cursor = $1 WHERE id = $2
		AND (state = 'staging' OR state IN ('sending', 'paused') AND frozen_at IS NULL) RETURNING state`, upto, a.id).Scan(&a.state)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var first int
	if err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq) + 1, 0) FROM deliveries WHERE dispatch_id = $1`, a.id).Scan(&first); err != nil {
		return nil, err
	}
	if a.lifted() { // the last batch may be on its way: begin a new one
		first = (first + batchSize - 1) / batchSize * batchSize
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO deliveries
		(dispatch_id, seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at)
		SELECT CAST($3 AS TEXT), CAST($6 AS BIGINT) + ROW_NUMBER() OVER (ORDER BY w.id) - 1, w.id, w.email, w.name, w.language,
			'queued', 0, 0, 0, '', '', 0, CAST($7 AS BIGINT) FROM (`+missing+`) AS w`,
		a.newsroom, a.release, a.id, a.cursor, upto, first, now)
	if err != nil {
		return nil, err
	}
	added, err := result.RowsAffected()
	if err != nil || added == 0 {
		return nil, err
	}
	return addBatches(ctx, tx.Tx, a.id, first, int(added))
}

// addBatches counts the new deliveries first, first+1, ... into their batches and the audience.
func addBatches(ctx context.Context, tx *sql.Tx, id string, first, added int) (numbers []int, err error) {
	for at := first; at < first+added; {
		number := at / batchSize
		n := min((number+1)*batchSize, first+added) - at
		_, err := tx.ExecContext(ctx, `INSERT INTO batches
			(dispatch_id, number, state, lease, free_at, claimed_at, mark, queued, sent, deferred, failed, excluded, unknown, retried)
			VALUES ($1, $2, 'open', '', 0, 0, -1, $3, 0, 0, 0, 0, 0, 0)
			ON CONFLICT (dispatch_id, number) DO UPDATE SET queued = batches.queued + excluded.queued`, id, number, n)
		if err != nil {
			return nil, err
		}
		numbers, at = append(numbers, number), at+n
	}
	_, err = tx.ExecContext(ctx, `UPDATE dispatches SET audience = audience + $1 WHERE id = $2`, added, id)
	return numbers, err
}

// endPass ends the gathering if this pass completed it, or leaves the dispatch staged; more says that
// another pass must follow.
func (e *Engine) endPass(ctx context.Context, id string, complete bool) (more bool, err error) {
	now := e.clock.now()
	err = e.commits.do(func(ctx context.Context, tx *groupTx) error {
		more = false
		if complete {
			_, err := tx.ExecContext(ctx, `UPDATE dispatches SET frozen_at = $1, cursor = '' WHERE id = $2 AND frozen_at IS NULL`, millis(now), id)
			return err
		}
		staged, err := move(ctx, tx.Tx, now, history.System, id, "dispatch.stage",
			`UPDATE dispatches SET state = 'staged', cursor = '' WHERE id = $1 AND state = 'staging' RETURNING newsroom_id, release_id`, id)
		if err != nil || staged {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE dispatches SET cursor = '' WHERE id = $1 AND frozen_at IS NULL`, id)
		more = true
		return err
	})
	if err == nil && complete {
		err = e.finish(ctx, id)
	}
	return more && err == nil, err
}
