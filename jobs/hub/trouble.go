package hub

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// trouble is whether one loop gets its work done. It logs when that changes, not each time that it is
// found again.
type trouble struct {
	log  *slog.Logger
	name string

	mu  sync.Mutex
	was error
}

func (t *trouble) set(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	t.mu.Lock()
	was := t.was
	t.was = err
	t.mu.Unlock()
	switch {
	case err != nil && was == nil:
		t.log.Error("in trouble", "what", t.name, "error", err)
	case err == nil && was != nil:
		t.log.Info("well again", "what", t.name)
	}
}
