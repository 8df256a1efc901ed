package hub

import "context"

// Tidy forgets what nobody asks about any more, as the hub does by itself every minute.
func (h *Hub) Tidy(ctx context.Context) error { return h.expire(ctx, h.deps.Now()) }
