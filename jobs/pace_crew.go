package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// How often a worker says that it is there, and for how long that counts.
const (
	beat       = 5 * time.Second
	beatCounts = 6 * beat
)

// countCrew says that this worker is there, and learns who else is: by the database, since it is for when
// Redis is away. Nobody needs to know where mail isn't held to a rate.
func (e *Engine) countCrew(ctx context.Context) error {
	if !e.settings.Worker || e.settings.Alone || !e.pace.used.Load() {
		return nil
	}
	now := e.clock.now()
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM workers WHERE seen_at < $1`, millis(now.Add(-beatCounts)))
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO workers (id, seen_at) VALUES ($1, $2)
				ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`, e.id, millis(now))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("count workers: %w", err)
	}
	ids, err := texts(e.deps.DB.QueryContext(ctx, `SELECT id FROM workers ORDER BY id`))
	if err != nil {
		return fmt.Errorf("count workers: %w", err)
	}
	e.pace.crew.Store(&crew{size: max(len(ids), 1), place: max(slices.Index(ids, e.id), 0)})
	return nil
}
