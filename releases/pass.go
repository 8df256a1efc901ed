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
	At   time.Time
	From string // network address
	What string // terms, accept, text, or the id of a file
}

// What a pass opens, beside files.
const (
	OpenedTerms  = "terms"
	OpenedAccept = "accept"
	OpenedText   = "text"
)

// Passes gives, reads and revokes passes. A token is a MAC over the pass's id under the installation's
// secret, and is kept as its hash: letters make it again, and neither the database nor a backup of
// it tells one.
type Passes struct {
	desk   *Desk
	secret []byte
}

// NewPasses works on the releases of desk.
func NewPasses(desk *Desk, secret []byte) *Passes { return &Passes{desk: desk, secret: secret} }

// Token is what the mailed link of a pass carries: 128 bits that nobody can guess.
func (p *Passes) Token(id string) string { return p.mac("open", id) }

// Acceptance is what a browser keeps in whose hands the terms of a pass were accepted.
func (p *Passes) Acceptance(id string) string { return p.mac("accepted", id) }

// Accepted says whether that is what a browser has kept.
func (p *Passes) Accepted(id, kept string) bool {
	return hmac.Equal([]byte(kept), []byte(p.Acceptance(id)))
}

func (p *Passes) mac(purpose, id string) string {
	mac := hmac.New(sha256.New, p.secret)
	mac.Write([]byte("pass|" + purpose + "|" + id))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
