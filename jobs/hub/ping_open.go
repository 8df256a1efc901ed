package hub

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"dateline/releases"
)

// hash tells one content of a topic from another.
func (d Document) hash() string {
	sum := sha256.Sum256(append([]byte(d.Type+"\n"), d.Body...))
	return hex.EncodeToString(sum[:])
}

// errBehind is a clock that is behind that of the node which distributed a topic last: it must not
// distribute what was before, and looks again once it is past that instant.
var errBehind = errors.New("another node's clock is ahead")

// lookAt compares a topic with what was last distributed of it, and opens a ping for each subscription
// when it differs. A topic that there is no more is denied to all who subscribe to it.
func (h *Hub) lookAt(ctx context.Context, topic string) error {
	var version, rendered int64
	var hash string
	err := h.deps.DB.QueryRowContext(ctx, `SELECT version, hash, rendered_at FROM hub_topics WHERE topic = $1`, topic).Scan(&version, &hash, &rendered)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read topic %s: %w", topic, err)
	}
	now := h.deps.Now()
	if millis(now) < rendered {
		return errBehind
	}
	document, err := h.deps.Document(ctx, now, topic)
	if errors.Is(err, releases.ErrNotFound) {
		return h.deny(ctx, topic)
	}
	if err != nil {
		return fmt.Errorf("render topic %s: %w", topic, err)
	}
	if document.hash() == hash {
		return nil
	}
	refs, err := h.open(ctx, topic, version, document.hash(), millis(now))
	if err != nil {
		return fmt.Errorf("open pings of %s: %w", topic, err)
	}
	h.renderings.keep(topic, version+1, now, document)
	h.deps.Lane.Announce(refs...)
	return nil
}

// open makes the next version of a topic, if nobody else has, with a ping for each subscription.
func (h *Hub) open(ctx context.Context, topic string, version int64, hash string, now int64) (refs []string, err error) {
	err = h.transact(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE hub_topics SET version = version + 1, hash = $1, rendered_at = $2
			WHERE topic = $3 AND version = $4 AND rendered_at <= $2`, hash, now, topic, version)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		// On Postgres a subscription could end between the moment it is found and the moment its ping is made.
		if _, err := tx.ExecContext(ctx, `UPDATE hub_subscriptions SET host = host WHERE topic = $1 AND expires_at > $2`, topic, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE hub_pings SET state = 'superseded', done_at = $1
			WHERE state = 'queued' AND subscription_id IN (SELECT id FROM hub_subscriptions WHERE topic = $2)`, now, topic)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO hub_pings (subscription_id, version, state, lease, free_at, attempts, reason, created_at)
			SELECT id, CAST($1 AS BIGINT), 'queued', '', CAST($2 AS BIGINT), 0, '', CAST($2 AS BIGINT) FROM hub_subscriptions WHERE topic = $3 AND expires_at > $2`,
			version+1, now, topic)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, pingRefs+` WHERE s.topic = $1 AND p.version = $2`, topic, version+1)
		if err != nil {
			return err
		}
		refs, err = texts(rows)
		return err
	})
	return refs, err
}

// pingRefs are references to pings p of subscriptions s.
const pingRefs = `SELECT '` + refPing + `/' || s.host || '/' || p.subscription_id || '/' || CAST(p.version AS TEXT)
	FROM hub_pings p JOIN hub_subscriptions s ON s.id = p.subscription_id`

// deny ends every subscription to a topic that there is no more, and has each subscriber told (section
// 5.2).
func (h *Hub) deny(ctx context.Context, topic string) error {
	err := h.transact(ctx, func(tx *sql.Tx) error {
		if err := holdTopic(ctx, tx, topic); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO hub_requests
			(id, mode, topic, asked_topic, callback, host, secret, seconds, from_address, lease, free_at, attempts, created_at)
			SELECT id, '`+modeDenied+`', topic, asked_topic, callback, host, '', 0, '', '', CAST($1 AS BIGINT), 0, CAST($1 AS BIGINT)
			FROM hub_subscriptions WHERE topic = $2 AND expires_at > $1 ON CONFLICT DO NOTHING`, millis(h.deps.Now()), topic)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE topic = $1`, topic); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM hub_topics WHERE topic = $1`, topic)
		return err
	})
	if err != nil {
		return fmt.Errorf("deny topic %s: %w", topic, err)
	}
	return nil
}
