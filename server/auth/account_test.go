package auth_test

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/server/auth"
	"dateline/server/database/dbtest"
)

func TestAddOfficer_NamesWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		cases := []struct {
			name, email, password string
			role                  auth.Role
			fault                 string
		}{
			{"no address", "", password, auth.Writer, "fault.required"},
			{"bad address", "kerstin@", password, auth.Writer, "fault.email"},
			{"taken address", "KERSTIN@example.se", password, auth.Writer, "fault.email_taken"},
			{"no such role", "o@example.se", password, "owner", "fault.role"},
			{"no password", "o@example.se", "", auth.Writer, "fault.required"},
			{"eleven characters of two bytes", "o@example.se", strings.Repeat("å", 11), auth.Writer, "fault.password_short"},
			{"257 characters", "o@example.se", strings.Repeat("å", 257), auth.Writer, "fault.too_long"},
			{"the address itself", "officer@example.se", "Officer@Example.SE", auth.Writer, "fault.password_is_address"},
		}
		for _, test := range cases {
			if _, err := store.AddOfficer(t.Context(), history.System, test.email, "", test.password, test.role); !isFault(err, test.fault) {
				t.Errorf("%s: %v", test.name, err)
			}
		}
		if _, err := store.AddOfficer(t.Context(), history.System, "o@example.se", "", strings.Repeat("å", 256), auth.Writer); err != nil {
			t.Errorf("256 characters: %v", err)
		}
	})
}

func TestPassword_TypedInAnotherCompositionIsTheSame(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		if _, err := store.AddOfficer(t.Context(), history.System, "o@example.se", "", "g\u00e5r p\u00e5 tunna isar", auth.Writer); err != nil {
			t.Fatal(err)
		}
		if _, _, err := store.SignIn(t.Context(), home, "o@example.se", "ga\u030ar pa\u030a tunna isar"); err != nil {
			t.Error(err)
		}
	})
}

func TestInvitation_MakesOneAccountHoweverManyUseItAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		c := newClock()
		store := auth.New(db, c.now)
		link, err := store.Invite(t.Context(), history.System, auth.Admin, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if has, err := store.HasOfficers(t.Context()); err != nil || has {
			t.Fatalf("has officers: %v, %v", has, err)
		}
		var made atomic.Int32
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				cookie, officer, err := store.Accept(t.Context(), home, link, string(rune('a'+i))+email, "", password)
				if errors.Is(err, auth.ErrNotFound) {
					return
				}
				who, sessionErr := store.Session(t.Context(), cookie)
				if err != nil || sessionErr != nil || who.ID != officer.ID || who.Role != auth.Admin {
					t.Errorf("accept: %v, session of %+v: %v", err, who, sessionErr)
				}
				made.Add(1)
			})
		}
		all.Wait()
		if made.Load() != 1 {
			t.Errorf("%d accounts made by one link", made.Load())
		}
		if _, err := store.Invited(t.Context(), link); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("a used link: %v", err)
		}
		if has, err := store.HasOfficers(t.Context()); err != nil || !has {
			t.Errorf("has officers: %v, %v", has, err)
		}
		if got := actions(t, db); got != "auth.invite auth.officer_add auth.sign_in" {
			t.Errorf("history: %s", got)
		}
	})
}

func TestInvitation_StaysGoodWhenTheAccountCouldNotBeMade(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		link, err := store.Invite(t.Context(), history.System, auth.Writer, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := store.Accept(t.Context(), home, link, email, "", password); !isFault(err, "fault.email_taken") {
			t.Fatal(err)
		}
		if role, err := store.Invited(t.Context(), link); err != nil || role != auth.Writer {
			t.Errorf("the link gives %q, %v", role, err)
		}
	})
}

func TestInvitation_StopsAtItsTimeOrWhenReplaced(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		invite := func(role auth.Role) string {
			link, err := store.Invite(t.Context(), history.System, role, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return link
		}
		replaced, other, late := invite(auth.Writer), invite(auth.Approver), invite(auth.Writer)
		if _, err := store.Invited(t.Context(), replaced); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("a replaced link: %v", err)
		}
		if role, err := store.Invited(t.Context(), other); err != nil || role != auth.Approver {
			t.Errorf("a link of another role: %q, %v", role, err)
		}
		c.move(time.Hour)
		if _, _, err := store.Accept(t.Context(), home, late, "o@example.se", "", password); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("a link after its time: %v", err)
		}
	})
}

func TestToken_IdentifiesUntilRevoked(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		secret, err := store.MakeToken(t.Context(), history.System, "wire", auth.Writer, "newsroom")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(secret, "dl_") || secret != strings.ToLower(secret) {
			t.Errorf("token %q", secret)
		}
		who, err := store.Token(t.Context(), secret)
		if err != nil || who.Name != "wire" || who.Role != auth.Writer || !who.Reaches("newsroom") || who.Reaches("another") {
			t.Errorf("token is of %+v, %v", who, err)
		}
		if list, err := store.Tokens(t.Context()); err != nil || len(list) != 1 || !list[0].UsedAt.Equal(c.now()) {
			t.Errorf("tokens: %+v, %v", list, err)
		}
		if err := store.RevokeToken(t.Context(), history.System, "wire"); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Token(t.Context(), secret); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("a revoked token: %v", err)
		}
		if err := store.RevokeToken(t.Context(), history.System, "wire"); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("revoked a second time: %v", err)
		}
		if got := actions(t, db); got != "auth.token_make auth.token_revoke" {
			t.Errorf("history: %s", got)
		}
	})
}

func TestToken_NeedsANameAndARole(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		if _, err := store.MakeToken(t.Context(), history.System, " ", auth.Writer, ""); !isFault(err, "fault.required") {
			t.Errorf("no name: %v", err)
		}
		if _, err := store.MakeToken(t.Context(), history.System, "wire", "owner", ""); !isFault(err, "fault.role") {
			t.Errorf("no such role: %v", err)
		}
	})
}

// A token's secret is no session's cookie and the other way round, though both are found by a hash.
func TestSecrets_OfOneKindAreNoneOfAnother(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		token, err := store.MakeToken(t.Context(), history.System, "wire", auth.Admin, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Session(t.Context(), token); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("a token as a cookie: %v", err)
		}
		if _, err := store.Token(t.Context(), signIn(t, store)); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("a cookie as a token: %v", err)
		}
	})
}
