package hub

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"dateline/releases"
	"dateline/releases/history"
)

// leaseOf is how long a claim lasts: longer than any exchange.
func (h *Hub) leaseOf() time.Duration { return 3 * h.settings.Timeout }

// requestWaits are how long after each failure that may pass a callback is asked again. Then the
// request is forgotten: whoever meant it will ask again.
func requestWaits() []time.Duration { return []time.Duration{5 * time.Second, 30 * time.Second} }

// errRefused is an answer that settles it: the subscriber did not mean it, or is no subscriber.
var errRefused = errors.New("not confirmed")

// verify claims a request and asks the callback whether it was meant (section 5.3), or tells it that
// the subscription is denied (section 5.2).
func (h *Hub) verify(ctx context.Context, id string) error {
	r, err := h.claimRequest(ctx, id)
	if err != nil || r == nil {
		return err
	}
	var document Document
	if r.mode == modeSubscribe {
		document, err = h.deps.Document(ctx, h.deps.Now(), r.topic)
		if errors.Is(err, releases.ErrNotFound) {
			r.mode, err = modeDenied, nil
		}
		if err != nil {
			return errors.Join(err, h.settleRequest(ctx, r, err))
		}
	}
	asked := h.deps.Now()
	if err := h.askCallback(ctx, r); err != nil || r.mode == modeDenied {
		return h.settleRequest(ctx, r, err)
	}
	if r.mode == modeUnsubscribe {
		return h.unsubscribe(ctx, r)
	}
	return h.subscribe(ctx, r, document, asked)
}

func (h *Hub) claimRequest(ctx context.Context, id string) (*request, error) {
	now := h.deps.Now()
	r := &request{id: id, lease: newID()}
	err := h.transact(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE hub_requests SET lease = $1, free_at = $2 WHERE id = $3 AND free_at <= $4
			RETURNING mode, topic, asked_topic, callback, host, secret, seconds, from_address, attempts`,
			r.lease, millis(now.Add(h.leaseOf())), id, millis(now)).
			Scan(&r.mode, &r.topic, &r.askedTopic, &r.callback, &r.host, &r.secret, &r.seconds, &r.from, &r.attempts)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim request: %w", err)
	}
	return r, nil
}

// askCallback sends the GET of sections 5.2 and 5.3. nil means that the subscriber has confirmed, or has
// been told.
func (h *Hub) askCallback(ctx context.Context, r *request) error {
	challenge := newID()
	parameters := "hub.mode=" + r.mode + "&hub.topic=" + url.QueryEscape(r.askedTopic)
	switch r.mode {
	case modeDenied:
		parameters += "&hub.reason=" + url.QueryEscape("There is no such feed here any more.")
	case modeSubscribe:
		parameters += "&hub.challenge=" + challenge + "&hub.lease_seconds=" + strconv.FormatInt(r.seconds, 10)
	default:
		parameters += "&hub.challenge=" + challenge
	}
	address, err := withQuery(r.callback, parameters)
	if err != nil {
		return err
	}
	status, answer, err := h.exchange(ctx, h.client, http.MethodGet, address, nil, nil)
	switch {
	case err != nil:
		return err
	case r.mode == modeDenied:
		return nil
	case status >= http.StatusInternalServerError:
		return fmt.Errorf("the callback answered %d", status)
	case !success(status) || !hmac.Equal(answer, []byte(challenge)):
		return errRefused
	}
	return nil
}

// settleRequest forgets a request that is done with, by cause or because it was tried often enough,
// and has another tried again later. What there was before stays as it was (section 5.1).
func (h *Hub) settleRequest(ctx context.Context, r *request, cause error) error {
	waits := requestWaits()
	again := cause != nil && !errors.Is(cause, errRefused) && !errors.Is(cause, errInternal) && r.attempts < len(waits)
	if ctx.Err() != nil { // cut off, not failed
		_, err := h.deps.DB.ExecContext(context.WithoutCancel(ctx), `UPDATE hub_requests SET lease = '', free_at = 0 WHERE id = $1 AND lease = $2`, r.id, r.lease)
		return err
	}
	if !again {
		_, err := h.deps.DB.ExecContext(ctx, `DELETE FROM hub_requests WHERE id = $1 AND lease = $2`, r.id, r.lease)
		return err
	}
	_, err := h.deps.DB.ExecContext(ctx, `UPDATE hub_requests SET mode = $1, lease = '', free_at = $2, attempts = attempts + 1 WHERE id = $3 AND lease = $4`,
		r.mode, millis(h.deps.Now().Add(jitter(waits[r.attempts]))), r.id, r.lease)
	return err
}

// subscribe makes or renews the subscription that was confirmed. Its lease counts from when the
// subscriber was asked.
func (h *Hub) subscribe(ctx context.Context, r *request, d Document, asked time.Time) error {
	secret, err := h.openSecret(askedSecrets, r.topic, r.callback, r.secret)
	if err != nil {
		return err
	}
	secret = h.sealSecret(secrets, r.topic, r.callback, secret)
	made, err := h.confirmed(ctx, r, "hub.subscribe", func(tx *sql.Tx) error {
		// A topic that is there already is held, as holdTopic does, lest it be forgotten before it is subscribed to.
		_, err := tx.ExecContext(ctx, `INSERT INTO hub_topics (topic, version, hash, rendered_at) VALUES ($1, 0, $2, $3)
			ON CONFLICT (topic) DO UPDATE SET version = hub_topics.version`,
			r.topic, d.hash(), millis(asked))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO hub_subscriptions (id, topic, asked_topic, callback, host, secret, expires_at, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (topic, callback) DO UPDATE SET asked_topic = excluded.asked_topic, secret = excluded.secret, expires_at = excluded.expires_at`,
			newID(), r.topic, r.askedTopic, r.callback, r.host, secret, millis(asked)+r.seconds*1000, millis(h.deps.Now()))
		return err
	})
	if err != nil || !made {
		return err
	}
	// The topic may have changed before there was anybody to look for it.
	if err := h.lookAt(ctx, r.topic); !errors.Is(err, errBehind) {
		return err
	}
	return nil
}

func (h *Hub) unsubscribe(ctx context.Context, r *request) error {
	_, err := h.confirmed(ctx, r, "hub.unsubscribe", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE topic = $1 AND callback = $2`, r.topic, r.callback)
		return err
	})
	return err
}

// confirmed does what was asked for, unless the request was overridden meanwhile.
func (h *Hub) confirmed(ctx context.Context, r *request, action string, do func(tx *sql.Tx) error) (done bool, err error) {
	err = h.transact(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM hub_requests WHERE id = $1 AND lease = $2`, r.id, r.lease)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		done = true
		if err := do(tx); err != nil {
			return err
		}
		return history.Record(ctx, tx, h.deps.Now(), history.Actor{Name: "stranger", From: r.from},
			history.Event{Subject: r.topic, Action: action, Detail: map[string]any{"host": r.host}})
	})
	if err != nil {
		return false, fmt.Errorf("%s: %w", action, err)
	}
	return done, nil
}
