package jobs

import (
	"context"
	"fmt"
)

// Figures are what /metrics tells of the work: as it is, and how much there has been.
type Figures struct {
	Lifts      int64            // releases that have lifted
	Deliveries map[string]int64 // by state, of all dispatches
	Batches    int64            // of dispatches that are being sent, and not yet done
	Letters    int64            // waiting to be sent
	Lanes      map[string]int64 // references that wait in Redis; none while it is away
}

// Figures reads them. A part of a batch that is being worked on is counted as it was when its work began.
func (e *Engine) Figures(ctx context.Context) (f Figures, err error) {
	f.Deliveries = map[string]int64{}
	states := []string{Queued, Sent, Deferred, Failed, Excluded, Unknown}
	counts := make([]int64, len(states))
	err = e.deps.DB.QueryRowContext(ctx, `SELECT
			(SELECT COUNT(*) FROM releases WHERE state = 'scheduled' AND lift_at <= $1),
			(SELECT COUNT(*) FROM batches b JOIN dispatches d ON d.id = b.dispatch_id WHERE d.state = 'sending' AND b.state <> 'done'),
			(SELECT COUNT(*) FROM letters WHERE state IN ('queued', 'sending')),
			COALESCE(SUM(queued), 0), COALESCE(SUM(sent), 0), COALESCE(SUM(deferred), 0), COALESCE(SUM(failed), 0),
			COALESCE(SUM(excluded), 0), COALESCE(SUM(unknown), 0) FROM batches`, millis(e.clock.now())).
		Scan(&f.Lifts, &f.Batches, &f.Letters, &counts[0], &counts[1], &counts[2], &counts[3], &counts[4], &counts[5])
	if err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	for i, state := range states {
		f.Deliveries[state] = counts[i]
	}
	f.Lanes = map[string]int64{}
	for _, l := range []lane{laneNow, laneLift} {
		if n, err := e.queue.waiting(ctx, l); err == nil {
			f.Lanes[string(l)] = n
		}
	}
	return f, nil
}
