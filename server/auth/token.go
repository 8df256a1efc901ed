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

// tokenPrefix lets scanners for leaked secrets know ours.
const tokenPrefix = "dl_"

// APIToken is what may be told of a token; its secret is not.
type APIToken struct {
	ID, Name   string
	Role       Role
	NewsroomID string // the only newsroom it reaches; "" reaches all
	CreatedAt  time.Time
	UsedAt     time.Time // to the minute; zero when it never was
}

// MakeToken makes an API token; secret is told once. newsroomID "" reaches every newsroom.
func (s *Store) MakeToken(ctx context.Context, who history.Actor, name string, role Role, newsroomID string) (text string, err error) {
	var faults input.Faults
	if faults.Readable("name", name) {
		if name, _ = input.Clean(name); name == "" {
			faults.Add("name", "fault.required")
		}
	}
	if !slices.Contains(Roles, role) {
		faults.Add("role", "fault.role", "Value", string(role))
	}
	if err := faults.Err(); err != nil {
		return "", err
	}
	text, hash := secret(tokenPrefix)
	err = s.transact(ctx, func(tx *sql.Tx) error {
		id := randomID()
		_, err := tx.ExecContext(ctx, `INSERT INTO tokens (id, name, hash, role, newsroom_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			id, name, hash, string(role), newsroomID, s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("make token %s: %w", name, err)
		}
		return history.Record(ctx, tx, s.now(), who, history.Event{
			NewsroomID: newsroomID, Subject: id, Action: "auth.token_make", Detail: map[string]any{"name": name, "role": string(role)},
		})
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// Tokens lists the tokens in force, by name.
func (s *Store) Tokens(ctx context.Context) ([]APIToken, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, name, role, newsroom_id, created_at, COALESCE(used_at, 0) FROM tokens WHERE revoked_at IS NULL ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	defer rows.Close()
	var list []APIToken
	for rows.Next() {
		var t APIToken
		var created, used int64
		if err := rows.Scan(&t.ID, &t.Name, &t.Role, &t.NewsroomID, &created, &used); err != nil {
			return nil, fmt.Errorf("list tokens: %w", err)
		}
		t.CreatedAt = time.UnixMilli(created).UTC()
		if used > 0 {
			t.UsedAt = time.UnixMilli(used).UTC()
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// RevokeToken ends every token of that name; ErrNotFound when there is none in force.
func (s *Store) RevokeToken(ctx context.Context, who history.Actor, name string) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		rows, err := changed(tx.ExecContext(ctx, `UPDATE tokens SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL`, s.now().UnixMilli(), name))
		if err != nil {
			return fmt.Errorf("revoke token %s: %w", name, err)
		}
		if rows == 0 {
			return ErrNotFound
		}
		return history.Record(ctx, tx, s.now(), who, history.Event{Subject: name, Action: "auth.token_revoke", Detail: map[string]any{"count": rows}})
	})
}

// Token finds who holds an API token, or ErrUnauthorized.
func (s *Store) Token(ctx context.Context, text string) (Identity, error) {
	now := s.now().UnixMilli()
	var i Identity
	var used int64
	err := s.db.QueryRowContext(ctx, `SELECT id, name, role, newsroom_id, COALESCE(used_at, 0) FROM tokens WHERE hash = $1 AND revoked_at IS NULL`, hashOf(text)).
		Scan(&i.ID, &i.Name, &i.Role, &i.NewsroomID, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return Identity{}, ErrUnauthorized
	}
	if err != nil {
		return Identity{}, fmt.Errorf("find token: %w", err)
	}
	if now-used >= seenEvery.Milliseconds() {
		if _, err := s.db.ExecContext(ctx, `UPDATE tokens SET used_at = $1 WHERE id = $2`, now, i.ID); err != nil {
			return Identity{}, fmt.Errorf("touch token %s: %w", i.Name, err)
		}
	}
	return i, nil
}
