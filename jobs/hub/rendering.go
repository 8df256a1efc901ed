package hub

import (
	"context"
	"sync"
	"time"
)

// renderingKept is how long pings of one version share a rendering. It is no longer than a request may
// be on its way, so that what a ping carries is what a GET gives at that instant.
const renderingKept = 100 * time.Millisecond

// renderings are the latest of each topic, so that a thousand pings of a lift don't render it a
// thousand times.
type renderings struct {
	mu      sync.Mutex
	byTopic map[string]rendering
}

type rendering struct {
	version  int64
	at       time.Time
	document Document
}

func (r *renderings) keep(topic string, version int64, at time.Time, d Document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(topic, rendering{version, at, d})
}

// put forgets those that are too old to be used. r.mu is held.
func (r *renderings) put(topic string, new rendering) {
	if r.byTopic == nil {
		r.byTopic = map[string]rendering{}
	}
	for topic, old := range r.byTopic {
		if new.at.Sub(old.at) > renderingKept {
			delete(r.byTopic, topic)
		}
	}
	r.byTopic[topic] = new
}

// document is what a GET of a topic gives now, at its version or a later one. One renders at a time:
// the others then find it done.
func (h *Hub) document(ctx context.Context, topic string, version int64) (Document, error) {
	r := &h.renderings
	r.mu.Lock()
	defer r.mu.Unlock()
	now := h.deps.Now()
	if kept, ok := r.byTopic[topic]; ok && kept.version == version && now.Sub(kept.at) <= renderingKept {
		return kept.document, nil
	}
	document, err := h.deps.Document(ctx, now, topic)
	if err == nil {
		r.put(topic, rendering{version, now, document})
	}
	return document, err
}
