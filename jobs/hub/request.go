package hub

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/releases"
	"dateline/releases/input"
)

// Request is what a subscriber sends (section 5.1), as it was sent.
type Request struct{ Callback, Mode, Topic, LeaseSeconds, Secret string }

// What may be asked.
const (
	modeSubscribe   = "subscribe"
	modeUnsubscribe = "unsubscribe"
	modeDenied      = "denied" // a request of ours: to tell a subscriber
)

// A lease lasts between the first two, and as long as the third when the subscriber names none.
const (
	minLease     = 5 * time.Minute
	maxLease     = 30 * 24 * time.Hour
	defaultLease = 10 * 24 * time.Hour
)

// Bounds on what strangers may ask for.
const (
	maxSecret = 199 // bytes: "less than 200" (section 5.1)

	asksOfOne   = 60 // requests from one network address in askWithin
	asksForHost = 120
	askWithin   = 15 * time.Minute

	subscriptionsForHost = 200
	subscriptionsInAll   = 10_000
)

// request is one that waits to be verified, or a denial that waits to be told.
type request struct {
	id, mode          string
	topic, askedTopic string
	callback, host    string
	secret            string // sealed
	seconds           int64
	from              string // network address of who asked
	lease             string
	attempts          int
}

// Ask takes a request from a network address. What is wrong with it is told as input.Faults; ErrTooMany
// and ErrFull say that it is a matter of how many. When it returns nil the request is written down and
// will be verified; nothing has changed yet.
func (h *Hub) Ask(ctx context.Context, from string, asked Request) error {
	if err := h.allow(ctx, "hub:address:"+from, asksOfOne); err != nil {
		return err
	}
	r, err := h.check(ctx, asked)
	if err != nil {
		return err
	}
	if err := h.allow(ctx, "hub:callback:"+r.host, asksForHost); err != nil {
		return err
	}
	r.id, r.from = newID(), from
	if err := h.write(ctx, r); err != nil {
		return fmt.Errorf("write %s request: %w", r.mode, err)
	}
	h.deps.Lane.Announce(ref(refRequest, r.host, r.id))
	return nil
}

func (h *Hub) allow(ctx context.Context, name string, limit int) error {
	allowed, err := h.deps.Limits.Allow(ctx, name, limit, askWithin)
	if err == nil && !allowed {
		return ErrTooMany
	}
	return err
}

// check finds everything that is wrong with a request. A lease or secret means nothing when one leaves.
func (h *Hub) check(ctx context.Context, asked Request) (request, error) {
	var faults input.Faults
	r := request{mode: asked.Mode, callback: asked.Callback, askedTopic: asked.Topic}
	for field, value := range map[string]string{"hub.callback": asked.Callback, "hub.topic": asked.Topic, "hub.secret": asked.Secret} {
		if !utf8.ValidString(value) {
			faults.Add(field, "fault.not_utf8")
		}
	}
	if err := faults.Err(); err != nil {
		return request{}, err
	}
	host, fault := h.callbackHost(asked.Callback)
	if fault != "" {
		faults.Add("hub.callback", fault)
	}
	r.host = host
	switch asked.Mode {
	case modeSubscribe:
		r.seconds = lease(asked.LeaseSeconds, &faults)
		if len(asked.Secret) > maxSecret {
			faults.Add("hub.secret", "fault.hub_secret", "Max", maxSecret)
		}
	case modeUnsubscribe:
	default:
		faults.Add("hub.mode", "fault.hub_mode", "Value", asked.Mode)
	}
	topic, err := h.topicOf(ctx, asked)
	if errors.Is(err, releases.ErrNotFound) {
		faults.Add("hub.topic", "fault.hub_topic")
	} else if err != nil {
		return request{}, err
	}
	r.topic = topic
	if asked.Mode == modeSubscribe {
		r.secret = h.sealSecret(askedSecrets, topic, asked.Callback, asked.Secret)
	}
	return r, faults.Err()
}

// lease is for how many seconds a subscription will last.
func lease(asked string, faults *input.Faults) int64 {
	if asked == "" {
		return int64(defaultLease / time.Second)
	}
	if strings.Trim(asked, "0123456789") != "" || strings.Trim(asked, "0") == "" {
		faults.Add("hub.lease_seconds", "fault.hub_lease")
		return 0
	}
	seconds, err := strconv.ParseInt(asked, 10, 64)
	if err != nil { // more than fits
		seconds = int64(maxLease / time.Second)
	}
	return max(int64(minLease/time.Second), min(seconds, int64(maxLease/time.Second)))
}

// topicOf is the topic that a request names, as its self link has it. One may leave a topic that there
// is no more.
func (h *Hub) topicOf(ctx context.Context, asked Request) (string, error) {
	target, ok := h.target(asked.Topic)
	if !ok || len(asked.Topic) > maxAddress {
		return "", releases.ErrNotFound
	}
	document, err := h.deps.Document(ctx, h.deps.Now(), target)
	if errors.Is(err, releases.ErrNotFound) && asked.Mode == modeUnsubscribe {
		return target, nil
	}
	if err != nil {
		return "", err
	}
	topic, ok := h.target(document.Self)
	if !ok {
		return "", fmt.Errorf("the self link of %s leads elsewhere: %w", target, releases.ErrNotFound)
	}
	return topic, nil
}

// target is the path and query of an address on this server.
func (h *Hub) target(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" {
		return "", false
	}
	own, err := url.Parse(h.settings.BaseURL)
	if err != nil || !strings.EqualFold(u.Scheme, own.Scheme) || !strings.EqualFold(u.Host, own.Host) {
		return "", false
	}
	u.RawPath = "" // one way to write each address: needless escapes are undone
	return u.RequestURI(), true
}

// write replaces what the same subscriber has asked of the same topic before and not confirmed yet.
func (h *Hub) write(ctx context.Context, r request) error {
	return h.transact(ctx, func(tx *sql.Tx) error {
		if r.mode == modeSubscribe {
			if err := room(ctx, tx, r); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO hub_requests
			(id, mode, topic, asked_topic, callback, host, secret, seconds, from_address, lease, free_at, attempts, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, 0, $10)
			ON CONFLICT (topic, callback) DO UPDATE SET id = excluded.id, mode = excluded.mode, asked_topic = excluded.asked_topic,
				secret = excluded.secret, seconds = excluded.seconds, from_address = excluded.from_address,
				lease = '', free_at = excluded.free_at, attempts = 0, created_at = excluded.created_at`,
			r.id, r.mode, r.topic, r.askedTopic, r.callback, r.host, r.secret, r.seconds, r.from, millis(h.deps.Now()))
		return err
	})
}

// room bounds how much strangers may have this server keep and do. Renewing is always allowed.
func room(ctx context.Context, tx *sql.Tx, r request) error {
	var known bool
	var ofHost, inAll int
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM hub_subscriptions WHERE topic = $1 AND callback = $2),
			(SELECT COUNT(*) FROM hub_subscriptions WHERE host = $3) + (SELECT COUNT(*) FROM hub_requests WHERE host = $3),
			(SELECT COUNT(*) FROM hub_subscriptions) + (SELECT COUNT(*) FROM hub_requests)`,
		r.topic, r.callback, r.host).Scan(&known, &ofHost, &inAll)
	switch {
	case err != nil || known:
		return err
	case ofHost >= subscriptionsForHost:
		return input.Faults{{Field: "hub.callback", Message: "fault.hub_many", Args: map[string]any{"Max": subscriptionsForHost}}}
	case inAll >= subscriptionsInAll:
		return ErrFull
	}
	return nil
}
