package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"dateline/releases/input"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what one guess at a password takes.
type Cost struct {
	Memory uint32 // KiB
	Passes uint32 // over that memory
}

// owasp is their setting for argon2id: 19 MiB, twice over.
var owasp = Cost{Memory: 19 * 1024, Passes: 2}

const (
	argonThreads = 1
	saltBytes    = 16
	keyBytes     = 32
)

// Passwords are counted in characters, not bytes.
const (
	passwordMin = 12
	passwordMax = 256
)

// checkPassword adds what is wrong with a new password. keys are what it must not be.
func checkPassword(faults *input.Faults, password string, keys ...string) {
	length := utf8.RuneCountInString(password)
	switch {
	case password == "":
		faults.Add("password", "fault.required")
	case length < passwordMin:
		faults.Add("password", "fault.password_short", "Min", passwordMin)
	case length > passwordMax:
		faults.Add("password", "fault.too_long", "Max", passwordMax)
	default:
		for _, key := range keys {
			if key != "" && strings.EqualFold(password, key) {
				faults.Add("password", "fault.password_is_address")
				return
			}
		}
	}
}

// hashPassword makes the PHC string that is stored.
func (s *Store) hashPassword(ctx context.Context, password string) (string, error) {
	done, err := s.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return s.Cost.phc(salt, derive(password, salt, s.Cost.Passes, s.Cost.Memory, argonThreads, keyBytes)), nil
}

// verifyPassword says whether a password is the one behind a PHC string, at the cost written in it. It
// is called by whoever has the turn.
func verifyPassword(stored, password string) (bool, error) {
	var version, memory, time uint32
	var threads uint8
	var saltText, keyText string
	spaced := strings.ReplaceAll(stored, "$", " ")
	_, err := fmt.Sscanf(spaced, " argon2id v=%d m=%d,t=%d,p=%d %s %s", &version, &memory, &time, &threads, &saltText, &keyText)
	if err != nil {
		return false, fmt.Errorf("stored password is not argon2id: %w", err)
	}
	if version != argon2.Version {
		return false, fmt.Errorf("stored password is of argon2 version %d", version)
	}
	salt, err := base64.RawStdEncoding.DecodeString(saltText)
	if err != nil {
		return false, fmt.Errorf("stored password's salt: %w", err)
	}
	key, err := base64.RawStdEncoding.DecodeString(keyText)
	if err != nil {
		return false, fmt.Errorf("stored password's key: %w", err)
	}
	derived := derive(password, salt, time, memory, threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(derived, key) == 1, nil
}

// turn waits until no other password is being hashed, and keeps the others waiting until done.
func (s *Store) turn(ctx context.Context) (done func(), err error) {
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}

// derive is called by whoever has the turn. What it took of the memory is given back before the next, so
// that no burst of sign-ins takes more than one; the small cost of tests leaves nothing to give. A password
// typed on another keyboard may compose its letters differently; NFC makes them one (RFC 8265 section 4.2).
func derive(password string, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
	if memory >= owasp.Memory {
		defer debug.FreeOSMemory()
	}
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, time, memory, threads, length)
}

// nobody is a stored password that none fits, so that an address without an account costs as much
// time as one with.
func (s *Store) nobody() string { return s.Cost.phc(make([]byte, saltBytes), make([]byte, keyBytes)) }

func (c Cost) phc(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}
