package hub

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// How far back a look reaches for changes, for transactions that took their time and clocks that
// differ; and how often every topic is rendered whether anything is known to have changed or not.
const (
	lookBack = 2 * time.Minute
	lookFull = 10 * time.Minute
)

// news is what the looks of this process have seen.
type news struct {
	at   time.Time       // of the last look
	full time.Time       // of the last look at every topic
	seen map[string]bool // changes that lie within lookBack
}

// watch looks for changes until ctx ends: at every lift, when woken, and every few seconds.
func (h *Hub) watch(ctx context.Context) {
	for ctx.Err() == nil {
		wait, err := h.look(ctx)
		h.looking.set(err)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-h.wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// look distributes what has changed, and says how long nothing will.
func (h *Hub) look(ctx context.Context) (time.Duration, error) {
	now := h.deps.Now()
	full := now.Sub(h.news.full) >= lookFull
	if full {
		h.news = news{at: now, full: now}
	}
	changed, stamps, err := h.changes(ctx, now)
	if err != nil {
		return h.settings.Look, err
	}
	topics, err := h.topics(ctx)
	if err != nil {
		return h.settings.Look, err
	}
	for _, topic := range topics {
		if full || concerns(topic, changed) {
			if err := h.lookAt(ctx, topic); err != nil {
				h.news.full = time.Time{} // look at all again
				return h.settings.Look, err
			}
		}
	}
	h.news.at, h.news.seen = now, stamps
	return h.untilNextLift(ctx)
}

// changes are the slugs of the newsrooms in which something public may have changed that no look has
// seen, and all changes of late.
func (h *Hub) changes(ctx context.Context, now time.Time) (slugs, stamps map[string]bool, err error) {
	const stamp = `n.slug, r.id || ' ' || r.state || ' ' || CAST(r.changed_at AS TEXT) || ' ' || CAST(COALESCE(r.lift_at, 0) AS TEXT)
		FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id`
	rows, err := h.deps.DB.QueryContext(ctx, `
		SELECT `+stamp+` WHERE r.changed_at > $1 AND r.state NOT IN ('draft', 'submitted', 'approved') AND (r.state <> 'scheduled' OR r.lift_at <= $2)
		UNION SELECT `+stamp+` WHERE r.state = 'scheduled' AND r.lift_at > $1 AND r.lift_at <= $2
		UNION SELECT n.slug, n.id || ' ' || CAST(n.updated_at AS TEXT) FROM newsrooms n WHERE n.updated_at > $1`,
		millis(h.news.at.Add(-lookBack)), millis(now))
	if err != nil {
		return nil, nil, fmt.Errorf("find changes: %w", err)
	}
	defer rows.Close()
	slugs, stamps = map[string]bool{}, map[string]bool{}
	for rows.Next() {
		var slug, stamp string
		if err := rows.Scan(&slug, &stamp); err != nil {
			return nil, nil, fmt.Errorf("find changes: %w", err)
		}
		if stamps[stamp] = true; !h.news.seen[stamp] {
			slugs[slug] = true
		}
	}
	return slugs, stamps, rows.Err()
}

// concerns says whether a change in one of these newsrooms may change a topic: one of theirs, or one
// that is above all newsrooms.
func concerns(topic string, slugs map[string]bool) bool {
	slug, _, below := strings.Cut(strings.TrimPrefix(topic, "/"), "/")
	return slugs[slug] || !below && len(slugs) > 0
}

func (h *Hub) topics(ctx context.Context) (list []string, err error) {
	rows, err := h.deps.DB.QueryContext(ctx, `SELECT topic FROM hub_topics`)
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	return texts(rows)
}

func (h *Hub) untilNextLift(ctx context.Context) (time.Duration, error) {
	var next sql.NullInt64
	now := h.deps.Now()
	err := h.deps.DB.QueryRowContext(ctx, `SELECT MIN(lift_at) FROM releases WHERE state = 'scheduled' AND lift_at > $1`, millis(now)).Scan(&next)
	if err != nil || !next.Valid {
		return h.settings.Look, err
	}
	return min(h.settings.Look, time.UnixMilli(next.Int64).Sub(now)), nil
}

// texts reads rows of one text, and closes them.
func texts(rows *sql.Rows) (list []string, _ error) {
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
