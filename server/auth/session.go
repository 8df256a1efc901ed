package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/history"
)

// A session ends a working day after it was last used, and a week after it began at the latest. Its
// use is written down once a minute, so that reading a page seldom writes.
const (
	sessionIdle     = 12 * time.Hour
	sessionAbsolute = 7 * 24 * time.Hour
	seenEvery       = time.Minute
)

// Session finds who holds a session cookie, or ErrUnauthorized, and counts it as used.
func (s *Store) Session(ctx context.Context, cookie string) (Identity, error) {
	who, seen, err := s.findSession(ctx, cookie)
	now := s.now()
	if err != nil || now.Sub(seen) < seenEvery {
		return who, err
	}
	_, err = s.db.ExecContext(ctx, `UPDATE sessions SET seen_at = $1 WHERE hash = $2 AND seen_at < $1`, now.UnixMilli(), hashOf(cookie))
	if err != nil {
		return Identity{}, fmt.Errorf("touch session: %w", err)
	}
	return who, nil
}

// UnusedSession is Session for what a page asks by itself: nobody need be there, and a session that
// nobody uses ends.
func (s *Store) UnusedSession(ctx context.Context, cookie string) (Identity, error) {
	who, _, err := s.findSession(ctx, cookie)
	return who, err
}

func (s *Store) findSession(ctx context.Context, cookie string) (who Identity, seen time.Time, err error) {
	now := s.now().UnixMilli()
	var o Officer
	var seenAt int64
	err = s.db.QueryRowContext(ctx, `SELECT officers.id, officers.email, officers.role, sessions.seen_at
		FROM sessions JOIN officers ON officers.id = sessions.officer_id
		WHERE sessions.hash = $1 AND sessions.expires_at > $2 AND sessions.seen_at > $3 AND officers.disabled_at IS NULL`,
		hashOf(cookie), now, now-sessionIdle.Milliseconds()).Scan(&o.ID, &o.Email, &o.Role, &seenAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Identity{}, time.Time{}, ErrUnauthorized
	}
	if err != nil {
		return Identity{}, time.Time{}, fmt.Errorf("find session: %w", err)
	}
	return o.identity(), time.UnixMilli(seenAt), nil
}

// SignOut ends a session. One that has ended already is no error.
func (s *Store) SignOut(ctx context.Context, who history.Actor, cookie string) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		rows, err := changed(tx.ExecContext(ctx, `DELETE FROM sessions WHERE hash = $1`, hashOf(cookie)))
		if err != nil {
			return fmt.Errorf("sign out: %w", err)
		}
		if rows == 0 {
			return nil
		}
		return history.Record(ctx, tx, s.now(), who, history.Event{Subject: who.ID, Action: "auth.sign_out"})
	})
}

// EndSessions ends every session but the one of this cookie, in a larger transaction.
func (s *Store) EndSessions(ctx context.Context, tx *sql.Tx, who history.Actor, except string) error {
	rows, err := changed(tx.ExecContext(ctx, `DELETE FROM sessions WHERE hash <> $1`, hashOf(except)))
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return history.Record(ctx, tx, s.now(), who, history.Event{Subject: who.ID, Action: "auth.sessions_end", Detail: map[string]any{"count": rows}})
}

// beginSession stores a session for an officer who has proved who it is, and clears away those that
// have ended.
func (s *Store) beginSession(ctx context.Context, tx *sql.Tx, o Officer, from string) (cookie string, err error) {
	now := s.now()
	_, err = tx.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2`,
		now.UnixMilli(), now.Add(-sessionIdle).UnixMilli())
	if err != nil {
		return "", fmt.Errorf("clear sessions: %w", err)
	}
	cookie, hash := secret("")
	_, err = tx.ExecContext(ctx, `INSERT INTO sessions (hash, officer_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)`,
		hash, o.ID, now.UnixMilli(), now.Add(sessionAbsolute).UnixMilli())
	if err != nil {
		return "", fmt.Errorf("begin session of %s: %w", o.Email, err)
	}
	return cookie, history.Record(ctx, tx, now, o.identity().Actor(from), history.Event{Subject: o.ID, Action: "auth.sign_in"})
}
