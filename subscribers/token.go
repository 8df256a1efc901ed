package subscribers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"sync"
	"time"
)

// confirmWithin is how long a confirmation link is good for.
const confirmWithin = 7 * 24 * time.Hour

// What a token is for. One of one purpose is none of another.
const (
	toConfirm     = "confirm"
	toUnsubscribe = "unsubscribe"
)

// ConfirmToken and UnsubscribeToken are what mailed links carry: the subscriber's id and a MAC over
// it and the purpose, so that no secret is stored and a link of one kind is none of another.
// A ConfirmToken also carries the present instant, from which its 7 days count.
func (s *Store) ConfirmToken(id string) string {
	return s.sign(toConfirm, id+"."+strconv.FormatInt(s.now().UnixMilli(), 36))
}

// UnsubscribeToken is the token of the unsubscribe link and its one-click header.
func (s *Store) UnsubscribeToken(id string) string { return s.sign(toUnsubscribe, id) }

// sign appends the MAC to what a token says.
func (s *Store) sign(purpose, says string) string {
	return says + "." + s.keys[0].mac(purpose, says)
}

// signer makes MACs with a secret. What is keyed is kept: keying takes longer than the rest, and a fan-out makes one
// for each message.
type signer struct{ ready sync.Pool } // of hash.Hash

func newSigner(secret []byte) *signer {
	return &signer{sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

func (k *signer) mac(purpose, says string) string {
	h := k.ready.Get().(hash.Hash)
	defer k.ready.Put(h)
	h.Reset()
	h.Write([]byte("subscriber|" + purpose + "|" + says))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// verify gives what a token of this purpose says; ok is false when it isn't ours.
func (s *Store) verify(purpose, token string) (says string, ok bool) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		return "", false
	}
	says = token[:dot]
	for _, key := range s.keys {
		ok = ok || hmac.Equal([]byte(token[dot+1:]), []byte(key.mac(purpose, says)))
	}
	return says, ok
}

// ByConfirmToken finds whom a confirmation link is for. It changes nothing. ErrNotFound when the
// token is not ours or older than 7 days, or when the person has left since it was sent.
func (s *Store) ByConfirmToken(ctx context.Context, token string) (Subscriber, error) {
	sub, err := s.byConfirmToken(ctx, token)
	if err != nil {
		return Subscriber{}, fmt.Errorf("confirmation link: %w", err)
	}
	return sub, nil
}

func (s *Store) byConfirmToken(ctx context.Context, token string) (Subscriber, error) {
	says, ok := s.verify(toConfirm, token)
	id, stamp, _ := strings.Cut(says, ".")
	issued, err := strconv.ParseInt(stamp, 36, 64)
	if !ok || err != nil || s.now().Sub(time.UnixMilli(issued)) > confirmWithin {
		return Subscriber{}, ErrNotFound
	}
	return scan(s.db.QueryRowContext(ctx, `SELECT `+columns+` FROM subscribers s
		WHERE s.id = $1 AND s.state <> 'unsubscribed' AND (s.left_at IS NULL OR s.left_at <= $2)`, id, issued))
}

// ByUnsubscribeToken finds whom an unsubscribe link is for. It changes nothing and never expires.
func (s *Store) ByUnsubscribeToken(ctx context.Context, token string) (Subscriber, error) {
	id, ok := s.verify(toUnsubscribe, token)
	if !ok {
		return Subscriber{}, fmt.Errorf("unsubscribe link: %w", ErrNotFound)
	}
	return s.Subscriber(ctx, id)
}
