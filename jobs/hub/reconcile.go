package hub

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// announceLimit bounds what one look reads and announces.
const announceLimit = "1000"

// pingsKept is how long the ledger of content distribution reaches back.
const pingsKept = 7 * 24 * time.Hour

// reconcile looks every few seconds for what was lost on the way and for leases that have run out.
func (h *Hub) reconcile(ctx context.Context) {
	voided, expired := !h.settings.Alone, time.Time{}
	tick := time.NewTicker(h.settings.Look)
	defer tick.Stop()
	for {
		h.keeping.set(h.reconcileOnce(ctx, &voided, &expired))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (h *Hub) reconcileOnce(ctx context.Context, voided *bool, expired *time.Time) error {
	if !*voided {
		if err := h.void(ctx); err != nil {
			return err
		}
		*voided = true
	}
	if now := h.deps.Now(); now.Sub(*expired) >= time.Minute {
		if err := h.expire(ctx, now); err != nil {
			return err
		}
		*expired = now
	}
	return h.announceDue(ctx)
}

// void frees what a former process of this installation held. Nobody else can.
func (h *Hub) void(ctx context.Context) error {
	for _, statement := range []string{
		`UPDATE hub_pings SET lease = '', free_at = 0 WHERE lease <> ''`,
		`UPDATE hub_requests SET lease = '', free_at = 0 WHERE lease <> ''`,
		`UPDATE hub_notices SET lease = '', free_at = 0 WHERE lease <> ''`,
	} {
		if _, err := h.deps.DB.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("void former leases: %w", err)
		}
	}
	return nil
}

// expire forgets subscriptions whose lease has run out (nothing is sent to them from that instant on) and
// what nobody asks about any more.
func (h *Hub) expire(ctx context.Context, now time.Time) error {
	for _, old := range []struct {
		statement string
		args      []any
	}{
		{`DELETE FROM hub_subscriptions WHERE expires_at <= $1`, []any{millis(now)}},
		{`DELETE FROM hub_pings WHERE created_at <= $1 AND state <> 'queued'`, []any{millis(now.Add(-pingsKept))}},
	} {
		if _, err := h.deps.DB.ExecContext(ctx, old.statement, old.args...); err != nil {
			return fmt.Errorf("expire: %w", err)
		}
	}
	return h.forgetTopics(ctx)
}

// unasked are topics that nobody subscribes to.
const unasked = ` NOT EXISTS (SELECT 1 FROM hub_subscriptions s WHERE s.topic = hub_topics.topic)`

// forgetTopics forgets topics that nobody subscribes to, each once no subscription to it is being made.
func (h *Hub) forgetTopics(ctx context.Context) error {
	rows, err := h.deps.DB.QueryContext(ctx, `SELECT topic FROM hub_topics WHERE`+unasked)
	if err != nil {
		return fmt.Errorf("find topics nobody asks for: %w", err)
	}
	topics, err := texts(rows)
	if err != nil {
		return fmt.Errorf("find topics nobody asks for: %w", err)
	}
	for _, topic := range topics {
		err := h.transact(ctx, func(tx *sql.Tx) error {
			if err := holdTopic(ctx, tx, topic); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `DELETE FROM hub_topics WHERE topic = $1 AND`+unasked, topic)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget topic %s: %w", topic, err)
		}
	}
	return nil
}

// holdTopic keeps others from taking a topic away, and from subscribing to it, until the transaction ends.
// What a later statement of the transaction sees of its subscriptions is then so: on Postgres a statement
// that waits for a row goes on with what it saw of other tables before it waited.
func holdTopic(ctx context.Context, tx *sql.Tx, topic string) error {
	_, err := tx.ExecContext(ctx, `UPDATE hub_topics SET version = version WHERE topic = $1`, topic)
	return err
}

func (h *Hub) announceDue(ctx context.Context) error {
	now := millis(h.deps.Now())
	var refs []string
	queries := []string{
		`SELECT '` + refRequest + `/' || host || '/' || id FROM hub_requests WHERE free_at <= $1 ORDER BY free_at LIMIT ` + announceLimit,
		pingRefs + ` WHERE p.state = 'queued' AND p.free_at <= $1 ORDER BY p.free_at LIMIT ` + announceLimit,
	}
	if h.settings.IndexNow != "" {
		queries = append(queries, `SELECT '`+refNotices+`/`+noticeHost+`/' WHERE EXISTS (SELECT 1 FROM hub_notices WHERE state = 'queued' AND free_at <= $1)`)
	}
	for _, query := range queries {
		rows, err := h.deps.DB.QueryContext(ctx, query, now)
		if err != nil {
			return fmt.Errorf("find what is due: %w", err)
		}
		due, err := texts(rows)
		if err != nil {
			return fmt.Errorf("find what is due: %w", err)
		}
		refs = append(refs, due...)
	}
	h.deps.Lane.AnnounceDue(ctx, refs)
	return nil
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
