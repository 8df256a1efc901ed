package hub

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dateline/releases"
)

// pingWaits are how long after each failure a ping is tried again: for half a day in all. Then it is
// given up, and the subscription stays until its lease ends (section 7).
func pingWaits() []time.Duration {
	return []time.Duration{
		5 * time.Second, 20 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 4 * time.Hour,
	}
}

// jitter spreads a wait by a fifth each way, so that what failed together does not come back together.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// ping is one under a lease, with what its subscription says now.
type ping struct {
	subscription string
	version      int64
	lease        string
	attempts     int

	topic, callback string
	secret          string // sealed
	newest          int64  // version of the topic
}

// deliver claims a ping and sends it: the request of section 7.
func (h *Hub) deliver(ctx context.Context, key string) error {
	p, err := h.claimPing(ctx, key)
	if err != nil || p == nil {
		return err
	}
	document, err := h.document(ctx, p.topic, p.newest)
	if errors.Is(err, releases.ErrNotFound) {
		return h.deny(ctx, p.topic)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("render topic %s: %w", p.topic, err), h.settlePing(ctx, p, err))
	}
	status, err := h.distribute(ctx, p, document)
	switch {
	case status == http.StatusGone:
		return h.gone(ctx, p)
	case err == nil && !success(status):
		err = fmt.Errorf("answered %d", status)
	}
	return h.settlePing(ctx, p, err)
}

// claimPing takes the lease of a ping, nil when it isn't to be had: done, superseded, not due, or
// another is on its way to the same subscriber, which would then get two in any order.
func (h *Hub) claimPing(ctx context.Context, key string) (*ping, error) {
	subscription, digits, _ := strings.Cut(key, "/")
	version, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil, nil // not one of ours
	}
	now := h.deps.Now()
	p := &ping{subscription: subscription, version: version, lease: newID()}
	err = h.transact(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE hub_pings SET lease = $1, free_at = $2
			WHERE subscription_id = $3 AND version = $4 AND state = 'queued' AND free_at <= $5
				AND NOT EXISTS (SELECT 1 FROM hub_pings o WHERE o.subscription_id = $3 AND o.version <> $4 AND o.lease <> '' AND o.free_at > $5)
			RETURNING attempts`, p.lease, millis(now.Add(h.leaseOf())), subscription, version, millis(now)).Scan(&p.attempts)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = h.deps.DB.QueryRowContext(ctx, `SELECT s.topic, s.callback, s.secret, t.version FROM hub_subscriptions s JOIN hub_topics t ON t.topic = s.topic
			WHERE s.id = $1 AND s.expires_at > $2`, subscription, millis(now)).Scan(&p.topic, &p.callback, &p.secret, &p.newest)
	}
	if errors.Is(err, sql.ErrNoRows) { // it has ended meanwhile
		return nil, h.finishPing(ctx, p, "failed", "ended", now)
	}
	if err != nil {
		return nil, fmt.Errorf("claim ping: %w", err)
	}
	return p, nil
}

// distribute sends the content, signed where the subscriber gave a secret (section 7.1).
func (h *Hub) distribute(ctx context.Context, p *ping, d Document) (status int, err error) {
	header := http.Header{
		"Content-Type": {d.Type},
		"Link":         {"<" + h.Address() + `>; rel="hub", <` + d.Self + `>; rel="self"`},
	}
	secret, err := h.openSecret(secrets, p.topic, p.callback, p.secret)
	if err != nil {
		return 0, err
	}
	if secret != "" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(d.Body)
		header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	// The body of the answer must be ignored, and so must an error in reading it.
	status, _, err = h.exchange(ctx, h.client, http.MethodPost, p.callback, header, bytes.NewReader(d.Body))
	if status != 0 {
		err = nil
	}
	return status, err
}

// settlePing writes what became of an attempt.
func (h *Hub) settlePing(ctx context.Context, p *ping, cause error) error {
	now, waits := h.deps.Now(), pingWaits()
	switch {
	case ctx.Err() != nil: // cut off, not failed
		_, err := h.deps.DB.ExecContext(context.WithoutCancel(ctx), `UPDATE hub_pings SET lease = '', free_at = 0
			WHERE subscription_id = $1 AND version = $2 AND lease = $3`, p.subscription, p.version, p.lease)
		return err
	case cause == nil:
		return h.finishPing(ctx, p, "sent", "", now)
	case p.attempts >= len(waits):
		return h.finishPing(ctx, p, "failed", short(cause), now)
	}
	return h.updatePing(ctx, p, `lease = '', free_at = $4, attempts = attempts + 1, reason = $5`, millis(now.Add(jitter(waits[p.attempts]))), short(cause))
}

// finishPing ends a ping, unless it was superseded: then only its lease ends.
func (h *Hub) finishPing(ctx context.Context, p *ping, state, reason string, now time.Time) error {
	return h.updatePing(ctx, p, `lease = '', attempts = attempts + 1, done_at = $4, reason = $5,
		state = CASE WHEN state = 'queued' THEN $6 ELSE state END`, millis(now), reason, state)
}

// updatePing writes under the lease, and wakes whoever has waited for it to end.
func (h *Hub) updatePing(ctx context.Context, p *ping, set string, args ...any) error {
	args = append([]any{p.subscription, p.version, p.lease}, args...)
	_, err := h.deps.DB.ExecContext(ctx, `UPDATE hub_pings SET `+set+` WHERE subscription_id = $1 AND version = $2 AND lease = $3`, args...)
	if err != nil {
		return fmt.Errorf("settle ping: %w", err)
	}
	rows, err := h.deps.DB.QueryContext(ctx, pingRefs+` WHERE p.subscription_id = $1 AND p.version > $2 AND p.state = 'queued'`, p.subscription, p.version)
	if err != nil {
		return fmt.Errorf("find the next ping: %w", err)
	}
	next, err := texts(rows)
	h.deps.Lane.Announce(next...)
	return err
}

// gone ends a subscription whose callback says that it is deleted (section 7).
func (h *Hub) gone(ctx context.Context, p *ping) error {
	_, err := h.deps.DB.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE id = $1`, p.subscription)
	if err != nil {
		return fmt.Errorf("end a subscription: %w", err)
	}
	return nil
}

// short is a cause as the ledger keeps it: addresses of callbacks are secrets.
func short(cause error) string {
	var failed interface {
		error
		Unwrap() error
		Timeout() bool
	}
	if errors.As(cause, &failed) { // url.Error, which repeats the address
		cause = failed.Unwrap()
	}
	text := cause.Error()
	return text[:min(len(text), 200)]
}
