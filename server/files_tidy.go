package main

import (
	"context"
	"time"
)

const (
	tidyEvery = time.Hour
	// orphanAge is longer than any upload takes: until it is done nothing refers to its bytes.
	orphanAge = 24 * time.Hour
)

// tidyFiles removes files that nothing refers to, at start and every hour until ctx ends.
func (p *program) tidyFiles(ctx context.Context) {
	next := time.NewTicker(tidyEvery)
	defer next.Stop()
	for ctx.Err() == nil {
		removed, err := p.files.RemoveOrphans(ctx, p.now().Add(-orphanAge), p.desk.HasFile)
		switch {
		case err != nil && ctx.Err() == nil:
			p.log.Error("remove orphaned files", "error", err)
		case removed > 0:
			p.log.Info("removed orphaned files", "count", removed)
		}
		select {
		case <-next.C:
		case <-ctx.Done():
		}
	}
}
