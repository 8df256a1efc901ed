package auth

import (
	"strings"
	"testing"
	"time"
)

func TestPassword_IsKnownAgainAndNoOther(t *testing.T) {
	s := New(nil, time.Now)
	stored, err := s.hashPassword(t.Context(), "a long enough passphrase")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"a long enough passphrase": true, "A long enough passphrase": false, "": false} {
		if right, err := verifyPassword(stored, password); err != nil || right != want {
			t.Errorf("%q: %v, %v", password, right, err)
		}
	}
	if again, err := s.hashPassword(t.Context(), "a long enough passphrase"); err != nil || again == stored {
		t.Errorf("two hashes of one password are alike, or %v", err)
	}
}

func TestNobody_CostsWhatAnAccountCosts_AndFitsNoPassword(t *testing.T) {
	s := New(nil, time.Now)
	stored, err := s.hashPassword(t.Context(), "a long enough passphrase")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("a password is stored at another cost than OWASP's: %s", stored)
	}
	cost := func(phc string) string { return phc[:strings.LastIndex(phc[:strings.LastIndex(phc, "$")], "$")] }
	if cost(s.nobody()) != cost(stored) || len(s.nobody()) != len(stored) {
		t.Errorf("nobody is %s, an account %s", s.nobody(), stored)
	}
	for _, password := range []string{"", "a long enough passphrase", strings.Repeat("\x00", 32)} {
		if right, err := verifyPassword(s.nobody(), password); right || err != nil {
			t.Errorf("%q: %v, %v", password, right, err)
		}
	}
}

func TestPassword_StoredInAnotherWay_IsAnErrorAndNoMatch(t *testing.T) {
	for _, stored := range []string{"", "plain", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=16$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$!$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$!"} {
		if right, err := verifyPassword(stored, stored); right || err == nil {
			t.Errorf("%q: %v, %v", stored, right, err)
		}
	}
}
