package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dateline/releases"
)

// watch looks for changes until ctx ends: at every lift, when woken, and every few seconds.
func (h *Hub) watch(ctx context.Context) {
	var seen *releases.Edition
	for ctx.Err() == nil {
		edition, wait, err := h.look(ctx, seen)
		h.looking.set(err)
		seen = edition
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-h.wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// look distributes what has changed since an edition was seen, everything when none was. It gives the
// one that is seen now, nil after a failure, and says how long nothing will change by itself.
func (h *Hub) look(ctx context.Context, seen *releases.Edition) (*releases.Edition, time.Duration, error) {
	now := h.deps.Now()
	edition, _, next, err := h.deps.Public.Edition(ctx, now)
	if err != nil {
		return nil, h.settings.Look, err
	}
	wait := h.settings.Look
	if !next.IsZero() {
		wait = min(wait, next.Sub(now))
	}
	if seen != nil && *seen == edition {
		return seen, wait, nil
	}
	rows, err := h.deps.DB.QueryContext(ctx, `SELECT topic FROM hub_topics`)
	if err != nil {
		return nil, h.settings.Look, fmt.Errorf("list topics: %w", err)
	}
	topics, err := texts(rows)
	if err != nil {
		return nil, h.settings.Look, fmt.Errorf("list topics: %w", err)
	}
	behind := false
	for _, topic := range topics {
		err := h.lookAt(ctx, topic)
		if behind = behind || errors.Is(err, errBehind); err != nil && !errors.Is(err, errBehind) {
			return nil, h.settings.Look, err
		}
	}
	if err := h.openNotices(ctx, now); err != nil {
		return nil, h.settings.Look, err
	}
	if behind {
		return nil, wait, nil
	}
	return &edition, wait, nil
}
