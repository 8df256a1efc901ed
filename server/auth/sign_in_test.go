package auth_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/server/auth"
)

func TestSignIn_RightPasswordBeginsASession(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		cookie, officer, err := store.SignIn(t.Context(), home, "Kerstin@EXAMPLE.se", password)
		if err != nil {
			t.Fatal(err)
		}
		who, err := store.Session(t.Context(), cookie)
		if err != nil || who.ID != officer.ID || who.Name != email || who.Role != auth.Approver {
			t.Errorf("session is of %+v, %v", who, err)
		}
		if got := actions(t, db); got != "auth.sign_in" {
			t.Errorf("history: %s", got)
		}
	})
}

func TestSignIn_AnswersUnknownAddressLikeWrongPassword(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		for _, try := range [][2]string{{email, "another passphrase"}, {"nobody@example.se", password}, {"not an address", password}, {"", ""}} {
			if _, _, err := store.SignIn(t.Context(), home, try[0], try[1]); !errors.Is(err, auth.ErrUnauthorized) {
				t.Errorf("%q: %v", try[0], err)
			}
		}
		if got := strings.Count(actions(t, db), "auth.sign_in_failed"); got != 4 {
			t.Errorf("%d failures in the history", got)
		}
		if strings.Contains(everything(t, db), "not an address") {
			t.Error("the history keeps what may have been a password")
		}
	})
}

func TestSignIn_ElevenGuessesAtOnceAreTenGuesses(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		var looked, refused atomic.Int32
		var all sync.WaitGroup
		for i := range 15 {
			all.Go(func() {
				_, _, err := store.SignIn(t.Context(), fmt.Sprintf("198.51.100.%d", i), email, "a wrong passphrase")
				switch {
				case errors.Is(err, auth.ErrUnauthorized):
					looked.Add(1)
				case errors.Is(err, auth.ErrTooMany):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if looked.Load() != 10 || refused.Load() != 5 {
			t.Errorf("%d looked at, %d refused", looked.Load(), refused.Load())
		}
		if _, _, err := store.SignIn(t.Context(), home, email, password); !errors.Is(err, auth.ErrTooMany) {
			t.Errorf("the right password in time: %v", err)
		}
		c.move(17 * time.Minute)
		signIn(t, store)
	})
}

func TestSignIn_LimitsANetworkThatTriesManyAddresses(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		for i := range 10 {
			from := fmt.Sprintf("2001:db8:0:1::%d", i)
			if _, _, err := store.SignIn(t.Context(), from, fmt.Sprintf("o%d@example.se", i), password); !errors.Is(err, auth.ErrUnauthorized) {
				t.Fatal(err)
			}
		}
		if _, _, err := store.SignIn(t.Context(), "2001:db8:0:1:ffff::", email, password); !errors.Is(err, auth.ErrTooMany) {
			t.Errorf("the same IPv6 network: %v", err)
		}
		if _, _, err := store.SignIn(t.Context(), "2001:db8:0:2::", email, password); err != nil {
			t.Errorf("another network: %v", err)
		}
	})
}

func TestSignIn_AWholeOfficeAtOnce_IsNotLimited(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		var all sync.WaitGroup
		for range 15 {
			all.Go(func() {
				if _, _, err := store.SignIn(t.Context(), home, email, password); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestSession_EndsIdleAfterTwelveHoursAndAlwaysAfterAWeek(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		idle, used := signIn(t, store), signIn(t, store)
		for range 14 {
			c.move(11*time.Hour + 59*time.Minute)
			if _, err := store.Session(t.Context(), used); err != nil {
				t.Fatalf("a session in use: %v", err)
			}
		}
		if _, err := store.Session(t.Context(), idle); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("a session nobody used: %v", err)
		}
		c.move(15 * time.Minute)
		if _, err := store.Session(t.Context(), used); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("a session of a week: %v", err)
		}
	})
}

func TestSession_ThatAPageAsksForByItself_EndsIdle(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		cookie := signIn(t, store)
		for range 12 {
			c.move(59 * time.Minute)
			if who, err := store.UnusedSession(t.Context(), cookie); err != nil || who.ID != "kerstin" {
				t.Fatalf("within the day: %+v, %v", who, err)
			}
		}
		c.move(13 * time.Minute)
		if _, err := store.UnusedSession(t.Context(), cookie); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("after twelve hours: %v", err)
		}
	})
}

func TestSignOut_EndsThisSessionOnly(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		one, other := signIn(t, store), signIn(t, store)
		who, err := store.Session(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := store.SignOut(t.Context(), who.Actor(home), one); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := store.Session(t.Context(), one); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("the session signed out: %v", err)
		}
		if _, err := store.Session(t.Context(), other); err != nil {
			t.Errorf("the other session: %v", err)
		}
		if got := strings.Count(actions(t, db), "auth.sign_out"); got != 1 {
			t.Errorf("%d sign-outs in the history", got)
		}
	})
}

func TestAllow_NeverExceedsItsLimitInAnySpan(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		const limit, window = 3, time.Hour
		var allowed []time.Time
		for range 300 {
			ok, err := store.Allow(t.Context(), "subscribe:"+home, limit, window)
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				allowed = append(allowed, c.now())
			}
			c.move(2 * time.Minute)
		}
		for i := limit; i < len(allowed); i++ {
			if span := allowed[i].Sub(allowed[i-limit]); span < window {
				t.Fatalf("%d allowed within %s", limit+1, span)
			}
		}
		if len(allowed) < 300*2/60*limit*8/10 {
			t.Errorf("only %d allowed in 10 hours", len(allowed))
		}
	})
}

func TestAllow_OldAttemptsAreSwept(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		for range 100 {
			if _, err := store.Allow(t.Context(), "n:"+c.now().String(), 1, time.Minute); err != nil {
				t.Fatal(err)
			}
			c.move(time.Hour)
		}
		var rows int
		if err := db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM attempts`).Scan(&rows); err != nil || rows > 50 {
			t.Errorf("%d rows after 100 hours, %v", rows, err)
		}
	})
}

func TestDisableOfficer_EndsItsSessionsAndKeepsItOut(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, store *auth.Store, c *clock) {
		cookie := signIn(t, store)
		who, err := store.Session(t.Context(), cookie)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.DisableOfficer(t.Context(), history.System, who.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Session(t.Context(), cookie); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("its session: %v", err)
		}
		if _, _, err := store.SignIn(t.Context(), home, email, password); !errors.Is(err, auth.ErrUnauthorized) {
			t.Errorf("its password: %v", err)
		}
		if err := store.DisableOfficer(t.Context(), history.System, who.ID); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("a second time: %v", err)
		}
		if officers, err := store.Officers(t.Context()); err != nil || len(officers) != 1 || !officers[0].Disabled {
			t.Errorf("officers: %+v, %v", officers, err)
		}
	})
}
