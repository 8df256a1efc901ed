package auth_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/server/auth"
	"dateline/server/database/dbtest"
)

const (
	email    = "kerstin@example.se"
	password = "a long enough passphrase"
	home     = "192.0.2.1"

	// stored is the password at the small cost of these tests: what a guess costs is a test of its own.
	stored = "$argon2id$v=19$m=64,t=1,p=1$c2FsdCBvZiB0aGUgdGVzdA$JvO0p+SH/LHZZuvT6i97BwqbN5Xfc5FiuCRSi67uKCM"
)

// clock stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time       { return c.at }
func (c *clock) move(d time.Duration) { c.at = c.at.Add(d) }
func newClock() *clock                { return &clock{at: time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)} }
func isFault(err error, id string) bool {
	var faults input.Faults
	if !errors.As(err, &faults) {
		return false
	}
	for _, fault := range faults {
		if fault.Message == id {
			return true
		}
	}
	return false
}

// each runs a test on both engines, with one approver's account.
func each(t *testing.T, test func(t *testing.T, db *sql.DB, store *auth.Store, c *clock)) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		c := newClock()
		store := auth.New(db, c.now)
		store.Cost = auth.Cost{Memory: 64, Passes: 1}
		_, err := db.ExecContext(t.Context(), `INSERT INTO officers (id, email, email_key, name, role, password, created_at)
			VALUES ('kerstin', $1, $1, 'Kerstin', $2, $3, $4)`, email, string(auth.Approver), stored, c.now().UnixMilli())
		if err != nil {
			t.Fatal(err)
		}
		test(t, db, store, c)
	})
}

func signIn(t *testing.T, store *auth.Store) string {
	t.Helper()
	cookie, _, err := store.SignIn(t.Context(), home, email, password)
	if err != nil {
		t.Fatal(err)
	}
	return cookie
}

// actions are the history's, oldest first.
func actions(t *testing.T, db *sql.DB) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT action FROM history ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var action string
		if err := rows.Scan(&action); err != nil {
			t.Fatal(err)
		}
		all = append(all, action)
	}
	return strings.Join(all, " ")
}

// everything is all text of the tables that hold secrets.
func everything(t *testing.T, db *sql.DB) string {
	t.Helper()
	var all strings.Builder
	for _, query := range []string{`SELECT hash FROM sessions`, `SELECT hash FROM tokens`, `SELECT hash FROM invitations`, `SELECT password FROM officers`, `SELECT detail FROM history`} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			all.WriteString(text + "\n")
		}
		rows.Close()
	}
	return all.String()
}

func TestRole_MayDoWhatLesserRolesMay(t *testing.T) {
	for i, holder := range auth.Roles {
		for j, needed := range auth.Roles {
			if got := holder.May(needed); got != (i >= j) {
				t.Errorf("%s may do what needs %s: %v", holder, needed, got)
			}
		}
	}
	if auth.Role("owner").May(auth.Writer) || auth.Admin.May("owner") {
		t.Error("a role that does not exist was allowed or needed")
	}
}

func TestSecrets_AreNowhereInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		token, err := store.MakeToken(t.Context(), history.System, "wire", auth.Writer, "")
		if err != nil {
			t.Fatal(err)
		}
		invitation, err := store.Invite(t.Context(), history.System, auth.Writer, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		stored := everything(t, db)
		for name, secret := range map[string]string{"cookie": signIn(t, store), "token": token, "invitation": invitation, "password": password} {
			if len(secret) < 24 || strings.Contains(stored, secret) {
				t.Errorf("the %s %q is short or stored as it is", name, secret)
			}
		}
	})
}
