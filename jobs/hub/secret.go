package hub

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/vault"
)

// The columns that hold subscribers' secrets. A signature needs them in clear; whoever reads the
// database must not.
var (
	askedSecrets = vault.Column{Table: "hub_requests", Name: "secret", Key: []string{"topic", "callback"}}
	secrets      = vault.Column{Table: "hub_subscriptions", Name: "secret", Key: []string{"topic", "callback"}}
)

// sealSecret is a secret as a column keeps it; none stays none.
func (h *Hub) sealSecret(in vault.Column, topic, callback, secret string) string {
	if secret == "" {
		return ""
	}
	return h.deps.Keys.Seal(in.Of(topic, callback), secret)
}

// openSecret is sealSecret undone.
func (h *Hub) openSecret(in vault.Column, topic, callback, sealed string) (string, error) {
	secret, err := h.deps.Keys.OpenFilled(in.Of(topic, callback), sealed)
	if err != nil { // which names the cell, and so the callback
		return "", fmt.Errorf("a subscriber's secret: %w", vault.ErrSealed)
	}
	return secret, nil
}

// Reseal brings subscribers' secrets under the first of the installation's, and says how many were
// under another.
func Reseal(ctx context.Context, db *sql.DB, keys *vault.Keys) (done int, err error) {
	for _, column := range []vault.Column{askedSecrets, secrets} {
		n, err := vault.Reseal(ctx, db, keys, column)
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}
