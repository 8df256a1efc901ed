package jobs

import (
	"context"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// Lane wakes whoever does the work that another package keeps in SQL. Any reference may be lost or
// come twice: who has the work looks again from time to time, and claims it in SQL.
type Lane struct {
	queue *queue
	name  lane
}

// NewSlowLane is the lane of what no release waits for: what other servers are told.
func NewSlowLane(client redis.UniversalClient, log *slog.Logger) *Lane {
	return &Lane{queue: newQueue(client, &condition{log: log, name: "redis, slow lane"}), name: laneSlow}
}

// Announce has references handed to a reader. It never waits; with Redis away they are dropped.
func (l *Lane) Announce(refs ...string) { l.queue.announce(l.name, refs...) }

// AnnounceDue announces what is found to be due, unless as many references wait already: with nobody
// to read them they must not gather.
func (l *Lane) AnnounceDue(ctx context.Context, refs []string) {
	if len(refs) == 0 {
		return
	}
	waiting, err := l.queue.waiting(ctx, l.name)
	l.queue.trouble.set(err)
	if err == nil && int64(len(refs)) > waiting {
		l.Announce(refs...)
	}
}

// Post writes announcements to Redis until ctx ends.
func (l *Lane) Post(ctx context.Context) { l.queue.post(ctx) }

// Read hands each reference to take, which must not wait for the work, until ctx ends.
func (l *Lane) Read(ctx context.Context, take func(ref string)) {
	entries := make(chan entry)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&reader{queue: l.queue, lane: l.name}).read(ctx, entries)
	}()
	for {
		select {
		case e := <-entries:
			take(e.ref)
			l.queue.ack(ctx, e)
		case <-ended:
			return
		}
	}
}
