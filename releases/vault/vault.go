// Package vault keeps what is not yet public unreadable at rest, so that a stolen backup or replica
// gives nothing away. It knows nothing of releases: stores hand it text and name the cell it is for.
//
//   - Text goes through [Keys.Seal] and [Keys.Open]: AES-256-GCM under a key that HKDF derives from the
//     installation's secret. The [Cell] is authenticated with it, so that a sealed text put in another
//     row's place does not open.
//   - What must be found by its value, such as an address, is stored as [Keys.Blind]: a keyed hash,
//     which nobody without the secret can test guesses against.
//   - Bytes of any size, such as a file's, are sealed under a [ContentKey] of their own, in chunks that
//     can be written as a stream and read from any place. The ContentKey is kept as sealed text in the
//     file's row; the bytes never need to be written again when the secret changes.
//
// A sealed text names its key, so an installation may hold several secrets: the first seals, all of
// them open. [Reseal] brings a column up to the first.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
)

// ErrSealed is returned for what can't be opened: it was sealed under a secret that is not here, or it
// was changed, or it belongs in another cell.
var ErrSealed = errors.New("sealed text does not open")

// Column is a column of sealed text, and the columns whose values tell its cells apart.
type Column struct {
	Table, Name string
	Key         []string
}

// Cell is one place where a sealed text may stand.
type Cell string

// Of is the cell of the row with these values of the column's Key.
func (c Column) Of(key ...any) Cell {
	cell := c.Table + "." + c.Name
	for _, part := range key {
		cell += "/" + fmt.Sprint(part)
	}
	return Cell(cell)
}

// Keys seals and opens. It is safe for use by many goroutines.
type Keys struct {
	ring atomic.Pointer[[]*key] // the first seals
	read func() ([][]byte, error)
}

// key is what is derived from one secret.
type key struct {
	id    string // eight hex digits
	aead  cipher.AEAD
	blind []byte
}

// New works with secrets that stay as they are.
func New(secrets ...[]byte) *Keys {
	k := &Keys{read: func() ([][]byte, error) { return secrets, nil }}
	k.use(secrets)
	return k
}

// Load works with secrets that may be added to while it runs: they are read again when a sealed text
// names a key that is not known.
func Load(read func() ([][]byte, error)) (*Keys, error) {
	k := &Keys{read: read}
	return k, k.reload()
}

func (k *Keys) reload() error {
	secrets, err := k.read()
	if err != nil {
		return fmt.Errorf("read the secrets: %w", err)
	}
	k.use(secrets)
	return nil
}

func (k *Keys) use(secrets [][]byte) {
	ring := make([]*key, len(secrets))
	for i, secret := range secrets {
		ring[i] = newKey(secret)
	}
	k.ring.Store(&ring)
}

func newKey(secret []byte) *key {
	block, err := aes.NewCipher(derive(secret, "seal"))
	if err != nil {
		panic(err) // of 32 bytes there is always one
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // nor does AES have another block size
	}
	return &key{id: hex.EncodeToString(derive(secret, "id")[:4]), aead: aead, blind: derive(secret, "blind")}
}

// derive gives 32 bytes for one purpose.
func derive(secret []byte, purpose string) []byte {
	derived, err := hkdf.Key(sha256.New, secret, nil, "dateline vault 1 "+purpose, 32)
	if err != nil {
		panic(err) // it only ever fails for a length that SHA-256 can't give
	}
	return derived
}

// Seal makes the text that may be stored in a cell: "1.", the id of the key, ".", and base64.
func (k *Keys) Seal(cell Cell, text string) string {
	first := (*k.ring.Load())[0]
	return first.prefix() + base64.RawStdEncoding.EncodeToString(first.aead.Seal(nil, nil, []byte(text), []byte(cell)))
}

func (k *key) prefix() string { return "1." + k.id + "." }

// Open gives the text that was sealed for a cell, or ErrSealed.
func (k *Keys) Open(cell Cell, sealed string) (string, error) {
	holder, body := k.holder(sealed)
	if holder == nil {
		return "", fmt.Errorf("%s: %w: its secret is not known", cell, ErrSealed)
	}
	raw, err := base64.RawStdEncoding.DecodeString(body)
	if err != nil {
		return "", fmt.Errorf("%s: %w", cell, ErrSealed)
	}
	text, err := holder.aead.Open(nil, nil, raw, []byte(cell))
	if err != nil {
		return "", fmt.Errorf("%s: %w", cell, ErrSealed)
	}
	return string(text), nil
}

// OpenFilled is Open for a column where a cell may be empty, and then is not sealed.
func (k *Keys) OpenFilled(cell Cell, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	return k.Open(cell, sealed)
}

// holder finds the key that a sealed text names, nil when there is none.
func (k *Keys) holder(sealed string) (*key, string) {
	for _, again := range []bool{false, true} {
		if again && k.reload() != nil {
			return nil, ""
		}
		for _, one := range *k.ring.Load() {
			if body, ok := strings.CutPrefix(sealed, one.prefix()); ok {
				return one, body
			}
		}
	}
	return nil, ""
}

// Blind is what to look a value up by: its keyed hash under every secret, that of the first first. A
// new value is stored under the first.
func (k *Keys) Blind(purpose, value string) []string {
	ring := *k.ring.Load()
	hashes := make([]string, len(ring))
	for i, one := range ring {
		mac := hmac.New(sha256.New, one.blind)
		fmt.Fprintf(mac, "%s\x00%s", purpose, value)
		hashes[i] = base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
	}
	return hashes
}
