package jobs

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// lane is a stream with one group of consumers. What it carries are references to work in SQL, so
// that any of them may be lost or come twice.
type lane string

// The lanes share a hash tag, so that a Redis Cluster keeps them in one slot. A lane is read by
// connections of its own: nothing in one waits for another.
const (
	laneNow  lane = "dateline:{dateline}:now"  // letters that somebody waits for
	laneLift lane = "dateline:{dateline}:lift" // batches of a release
	laneSlow lane = "dateline:{dateline}:slow" // what other servers are told
)

// Every process reads as the same consumer of the same group: who works on what is known in SQL, and
// no names of dead processes gather in Redis.
const group = "workers"

// abandoned is how long a reference may be with a reader before another takes it.
const abandoned = 10 * time.Second

// entry is a reference taken from a lane, to be acknowledged.
type entry struct {
	id, ref string
	lane    lane
}

// queue wakes workers through Redis Streams.
type queue struct {
	redis   redis.UniversalClient
	trouble *condition
	outbox  chan announcement
}

type announcement struct {
	lane lane
	refs []string
}

func newQueue(client redis.UniversalClient, trouble *condition) *queue {
	return &queue{redis: client, trouble: trouble, outbox: make(chan announcement, 64)}
}

// announce has references added to a lane. It never waits: with Redis away they are dropped, and the
// reconciler announces again what is still to be done.
func (q *queue) announce(l lane, refs ...string) {
	if len(refs) == 0 {
		return
	}
	select {
	case q.outbox <- announcement{l, refs}:
	default:
	}
}

// post writes announcements to Redis until ctx ends.
func (q *queue) post(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-q.outbox:
			q.trouble.set(q.add(ctx, a.lane, a.refs))
		}
	}
}

// addLimit keeps one round trip below 4 kB: a Redis in this process is reached through a pipe that
// buffers no more, and answers while it is still being written to.
const addLimit = 20

func (q *queue) add(ctx context.Context, l lane, refs []string) error {
	for len(refs) > 0 {
		n := min(len(refs), addLimit)
		_, err := q.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, ref := range refs[:n] {
				p.XAdd(ctx, &redis.XAddArgs{Stream: string(l), Values: []string{"ref", ref}})
			}
			return nil
		})
		if err != nil {
			return err
		}
		refs = refs[n:]
	}
	return nil
}

// waiting is how many references a lane holds that no reader was handed yet.
func (q *queue) waiting(ctx context.Context, l lane) (int64, error) {
	all, err := q.redis.XLen(ctx, string(l)).Result()
	if err != nil || all == 0 {
		return all, err
	}
	handed, err := q.redis.XPending(ctx, string(l), group).Result()
	if missingGroup(err) {
		return all, nil
	}
	if err != nil {
		return 0, err
	}
	return all - handed.Count, nil
}

// reader takes references from one lane.
type reader struct {
	*queue
	lane   lane
	due    func(context.Context) ([]string, error) // references of what is due, for when Redis is away; nil is none
	looked time.Time                               // when it last looked for what was abandoned
}

// read hands what comes to out, one at a time, until ctx ends. While Redis is away it is what is found to be due.
func (r *reader) read(ctx context.Context, out chan<- entry) {
	for ctx.Err() == nil {
		entries, err := r.next(ctx)
		r.trouble.set(err)
		rest := time.Duration(0)
		if err != nil {
			entries, rest = r.withoutRedis(ctx)
		}
		for _, e := range entries {
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
		if rest > 0 && !sleep(ctx, rest) {
			return
		}
	}
}

// withoutRedis finds what is due, and how long to wait before looking again: what was handed on may not be claimed
// yet.
func (r *reader) withoutRedis(ctx context.Context) (entries []entry, rest time.Duration) {
	if r.due == nil {
		return nil, time.Second
	}
	refs, err := r.due(ctx)
	if err != nil || len(refs) == 0 {
		return nil, time.Second // of a database that is away others tell
	}
	for _, ref := range refs {
		entries = append(entries, entry{ref: ref, lane: r.lane})
	}
	return entries, 100 * time.Millisecond
}

// next waits up to a second for a reference. A lane that isn't there, at first or after a FLUSHALL, is
// made.
func (r *reader) next(ctx context.Context) ([]entry, error) {
	if time.Since(r.looked) > abandoned/2 {
		r.looked = time.Now()
		if entries, err := r.reclaim(ctx); err != nil || len(entries) > 0 {
			return entries, err
		}
	}
	streams, err := r.redis.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: group, Consumer: group, Streams: []string{string(r.lane), ">"}, Count: 1, Block: time.Second,
	}).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil
	case missingGroup(err):
		return nil, r.makeGroup(ctx)
	case err != nil:
		return nil, err
	}
	return r.entries(streams[0].Messages), nil
}

// reclaim takes over what a reader was handed and never acknowledged.
func (r *reader) reclaim(ctx context.Context) ([]entry, error) {
	messages, _, err := r.redis.XAutoClaim(ctx, &redis.XAutoClaimArgs{
		Stream: string(r.lane), Group: group, Consumer: group, MinIdle: abandoned, Start: "0", Count: 100,
	}).Result()
	if missingGroup(err) {
		return nil, r.makeGroup(ctx)
	}
	return r.entries(messages), err
}

// makeGroup begins at the stream's start, so that what was added before it is read too.
func (r *reader) makeGroup(ctx context.Context) error {
	err := r.redis.XGroupCreateMkStream(ctx, string(r.lane), group, "0").Err()
	if err != nil && strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return nil
	}
	return err
}

func (r *reader) entries(messages []redis.XMessage) []entry {
	entries := make([]entry, 0, len(messages))
	for _, m := range messages {
		ref, _ := m.Values["ref"].(string)
		entries = append(entries, entry{id: m.ID, ref: ref, lane: r.lane})
	}
	return entries
}

func missingGroup(err error) bool {
	return err != nil && strings.HasPrefix(err.Error(), "NOGROUP")
}

// ack removes a reference; the stream holds only what nobody has looked at yet. When it fails the
// reference comes again, which does no harm.
func (q *queue) ack(ctx context.Context, e entry) {
	if e.id == "" { // it didn't come by Redis
		return
	}
	_, err := q.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.XAck(ctx, string(e.lane), group, e.id)
		p.XDel(ctx, string(e.lane), e.id)
		return nil
	})
	q.trouble.set(err)
}

func (q *queue) ping(ctx context.Context) error { return q.redis.Ping(ctx).Err() }
