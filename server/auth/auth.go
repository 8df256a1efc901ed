// Package auth says who is asking: officers with passwords and sessions, programs with API tokens,
// and what each role may do. Passwords are argon2id; session cookies, tokens and one-time links are
// random, told once, and stored as SHA-256 only, so that finding one by its hash gives nothing away
// by the time it takes.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"dateline/releases/history"
)

// Errors that callers tell apart; wrong input is input.Faults.
var (
	ErrNotFound     = errors.New("not found")
	ErrUnauthorized = errors.New("sign in first")
	ErrForbidden    = errors.New("your role does not allow this")
	ErrTooMany      = errors.New("too many attempts")
)

// Role is what somebody may do. Each may do all that the one before it may.
type Role string

// The roles.
const (
	Writer   Role = "writer"   // write and submit
	Approver Role = "approver" // approve, schedule, publish, steer dispatches, import and export
	Admin    Role = "admin"    // newsrooms, officers, tokens, settings
)

// Roles from the least to the most.
var Roles = []Role{Writer, Approver, Admin}

// May says whether r may do what needs role. A role that does not exist may do nothing.
func (r Role) May(role Role) bool {
	needed := slices.Index(Roles, role)
	return needed >= 0 && slices.Index(Roles, r) >= needed
}

// Identity is who is asking.
type Identity struct {
	ID         string // officer or token
	Name       string // mail address, or the token's name
	Role       Role
	NewsroomID string // the only newsroom it reaches; "" reaches all
}

// Actor is the identity for the history, with the network address it came from.
func (i Identity) Actor(from string) history.Actor {
	return history.Actor{ID: i.ID, Name: i.Name, From: from}
}

// Reaches says whether the identity may touch a newsroom's things. A newsroom that is out of reach is
// answered as one that does not exist.
func (i Identity) Reaches(newsroomID string) bool {
	return i.NewsroomID == "" || i.NewsroomID == newsroomID
}

// Store keeps officers, sessions, tokens and one-time links in SQL.
type Store struct {
	Cost Cost // of a new password; set by tests that look at something else

	db      *sql.DB
	now     func() time.Time
	hashing chan struct{} // has room for the one password that is being hashed
	swept   atomic.Int64  // when attempts were last swept, epoch ms
}

// New works on db, with now as its clock.
func New(db *sql.DB, now func() time.Time) *Store {
	return &Store{Cost: owasp, db: db, now: now, hashing: make(chan struct{}, 1)}
}

// secret makes 130 bits that nobody can guess, and the hash they are found by.
func secret(prefix string) (text, hash string) {
	text = prefix + randomID()
	return text, hashOf(text)
}

func randomID() string { return strings.ToLower(rand.Text()) }

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// transact runs work in a transaction, which its error undoes.
func (s *Store) transact(ctx context.Context, work func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := work(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// changed says how many rows a statement changed.
func changed(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
