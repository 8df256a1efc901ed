package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Invite makes a one-time link's secret for a new account of that role, good for ttl. An unused one
// of the same role made before stops working.
func (s *Store) Invite(ctx context.Context, who history.Actor, role Role, ttl time.Duration) (text string, err error) {
	if !slices.Contains(Roles, role) {
		return "", input.Faults{{Field: "role", Message: "fault.role", Args: map[string]any{"Value": string(role)}}}
	}
	text, hash := secret("")
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM invitations WHERE role = $1 AND used_at IS NULL`, string(role)); err != nil {
			return fmt.Errorf("replace invitation: %w", err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO invitations (hash, role, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
			hash, string(role), s.now().UnixMilli(), s.now().Add(ttl).UnixMilli())
		if err != nil {
			return fmt.Errorf("invite %s: %w", role, err)
		}
		return history.Record(ctx, tx, s.now(), who, history.Event{Action: "auth.invite", Detail: map[string]any{"role": string(role)}})
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// Invited says what role an unused, unexpired one-time link gives, or ErrNotFound. It changes nothing.
func (s *Store) Invited(ctx context.Context, text string) (Role, error) {
	var role Role
	err := s.db.QueryRowContext(ctx, `SELECT role FROM invitations WHERE hash = $1 AND used_at IS NULL AND expires_at > $2`,
		hashOf(text), s.now().UnixMilli()).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("find invitation: %w", err)
	}
	return role, nil
}

// Accept uses a one-time link to make an account and begins its session. A link whose account could
// not be made stays good.
func (s *Store) Accept(ctx context.Context, from, text, email, name, password string) (cookie string, o Officer, err error) {
	role, err := s.Invited(ctx, text)
	if err != nil {
		return "", Officer{}, err
	}
	made, err := s.newOfficer(ctx, email, name, password, role)
	if err != nil {
		return "", Officer{}, err
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		rows, err := changed(tx.ExecContext(ctx, `UPDATE invitations SET used_at = $1 WHERE hash = $2 AND used_at IS NULL AND expires_at > $1`,
			s.now().UnixMilli(), hashOf(text)))
		if err != nil {
			return fmt.Errorf("use invitation: %w", err)
		}
		if rows == 0 {
			return ErrNotFound
		}
		if err := made.insert(ctx, tx, made.identity().Actor(from)); err != nil {
			return err
		}
		cookie, err = s.beginSession(ctx, tx, made.Officer, from)
		return err
	})
	if err != nil {
		return "", Officer{}, err
	}
	return cookie, made.Officer, nil
}
