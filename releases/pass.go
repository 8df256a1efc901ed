package releases

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// Pass is one named person's right to read one release before its lift. It shows the approved version
// and nothing else, and stops at once when it is revoked or its release has no lift to wait for.
type Pass struct {
	ID, ReleaseID       string
	Name, Outlet, Email string
	Language            string
	CreatedBy           string
	CreatedAt           time.Time
	ExpiresAt           time.Time // zero: with the lift
	AcceptedAt          time.Time // when the terms were first accepted; zero until then
	RevokedAt           time.Time
}

// Valid says whether a pass still opens anything, so far as it is its own doing.
func (p Pass) Valid(now time.Time) bool {
	return p.RevokedAt.IsZero() && (p.ExpiresAt.IsZero() || p.ExpiresAt.After(now))
}

// Opening is one time that a pass was used.
type Opening struct {
	ID   string // its place in the history
	At   time.Time
	From string // network address
	What string // waits, terms, accept, text, ninjs, or the id of a file
}

// What a pass opens, beside files.
const (
	OpenedWaits  = "waits" // that no time is set
	OpenedTerms  = "terms"
	OpenedAccept = "accept"
	OpenedText   = "text"
	OpenedNinjs  = "ninjs" // the text for newsroom systems
)

// Passes gives, reads and revokes passes. A token is a MAC over the pass's id under the installation's
// secret, and is kept as its hash: letters make it again, and neither the database nor a backup of
// it tells one.
type Passes struct {
	desk    *Desk
	secrets [][]byte // the first makes tokens; all of them open
}

// NewPasses works on the releases of desk.
func NewPasses(desk *Desk, secrets ...[]byte) *Passes { return &Passes{desk: desk, secrets: secrets} }

// token is what the mailed link of a new pass carries: 128 bits that nobody can guess.
func (p *Passes) token(id string) string { return mac(p.secrets[0], "open", id) }

// Token is that of a pass, whose hash is kept; "" when the secret that it was made under is here no more.
func (p *Passes) Token(id, hash string) string {
	for _, secret := range p.secrets {
		if token := mac(secret, "open", id); hashOf(token) == hash {
			return token
		}
	}
	return ""
}

// Acceptance is what a browser keeps in whose hands the terms of a pass were accepted.
func (p *Passes) Acceptance(id string) string { return mac(p.secrets[0], "accepted", id) }

// Accepted says whether that is what a browser has kept.
func (p *Passes) Accepted(id, kept string) bool {
	for _, secret := range p.secrets {
		if hmac.Equal([]byte(kept), []byte(mac(secret, "accepted", id))) {
			return true
		}
	}
	return false
}

func mac(secret []byte, purpose, id string) string {
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte("pass|" + purpose + "|" + id))
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16])
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// PassInForce: a pass p, which need not be there, opens its release at $4, in milliseconds, as far as it
// itself goes.
const PassInForce = `p.id IS NOT NULL AND p.revoked_at IS NULL AND (p.expires_at IS NULL OR p.expires_at > $4)`
