package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// How many failures keep an address of mail, or a network, from trying again for how long.
const (
	signInFailures = 10
	signInWindow   = 15 * time.Minute
)

// SignIn checks a password and begins a session; cookie is its secret, told once. ErrUnauthorized for
// a wrong address or password alike, ErrTooMany after 10 failures for an address of mail or network
// within 15 minutes.
//
// A try is counted before the password is looked at and forgiven if it was right, so that many at
// once, on several nodes, get no more guesses than one after the other. On one node they take turns:
// a whole office may sign in at the same moment.
func (s *Store) SignIn(ctx context.Context, from, email, password string) (cookie string, o Officer, err error) {
	_, key, _ := input.Email(email)
	done, err := s.turn(ctx)
	if err != nil {
		return "", Officer{}, err
	}
	defer done()
	tries, err := s.countSignIn(ctx, from, key)
	if err != nil {
		return "", Officer{}, err
	}
	o, stored, err := s.officerByKey(ctx, key)
	if err != nil {
		return "", Officer{}, err
	}
	right, err := verifyPassword(stored, password)
	if err != nil {
		return "", Officer{}, fmt.Errorf("sign in: %w", err)
	}
	if o.ID == "" || o.Disabled || !right {
		return "", Officer{}, s.refuseSignIn(ctx, from, key)
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		for _, try := range tries {
			if err := forgive(ctx, tx, try); err != nil {
				return err
			}
		}
		cookie, err = s.beginSession(ctx, tx, o, from)
		return err
	})
	if err != nil {
		return "", Officer{}, err
	}
	return cookie, o, s.sweepAttempts(ctx)
}

// countSignIn counts a try for the network and for the address of mail, or returns ErrTooMany.
func (s *Store) countSignIn(ctx context.Context, from, key string) (tries []attempt, err error) {
	names := []string{"sign-in:network:" + network(from)}
	if key != "" {
		names = append(names, "sign-in:email:"+key)
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		for _, name := range names {
			try, err := s.count(ctx, tx, name, signInFailures, signInWindow)
			if err != nil {
				return err
			}
			tries = append(tries, try)
		}
		return nil
	})
	if errors.Is(err, errOver) {
		return nil, ErrTooMany
	}
	return tries, err
}

// officerByKey finds an account and its stored password. Where there is none, the officer is empty
// and the password is one that none fits.
func (s *Store) officerByKey(ctx context.Context, key string) (o Officer, stored string, err error) {
	var created int64
	err = s.db.QueryRowContext(ctx, `SELECT id, email, name, role, password, created_at, disabled_at IS NOT NULL FROM officers WHERE email_key = $1`, key).
		Scan(&o.ID, &o.Email, &o.Name, &o.Role, &stored, &created, &o.Disabled)
	if errors.Is(err, sql.ErrNoRows) {
		return Officer{}, s.nobody(), nil
	}
	if err != nil {
		return Officer{}, "", fmt.Errorf("find officer: %w", err)
	}
	o.CreatedAt = time.UnixMilli(created).UTC()
	return o, stored, nil
}

// refuseSignIn writes the failure down. What was typed is kept only when it is an address: it may
// have been the password.
func (s *Store) refuseSignIn(ctx context.Context, from, key string) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		return history.Record(ctx, tx, s.now(), history.Actor{From: from}, history.Event{
			Action: "auth.sign_in_failed", Detail: map[string]any{"email": key},
		})
	})
	if err != nil {
		return err
	}
	return ErrUnauthorized
}
