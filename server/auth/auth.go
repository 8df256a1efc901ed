// Package auth says who is asking: officers with passwords and sessions, programs with API tokens,
// and what each role may do. Passwords are argon2id; session cookies, tokens and one-time links are
// stored as SHA-256 only; all are compared in constant time.
package auth

import (
	"context"
	"database/sql"
	"errors"
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

// May says whether r may do what needs role.
func (r Role) May(role Role) bool { panic("unwritten") }

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
	db  *sql.DB
	now func() time.Time
}

// New works on db.
func New(db *sql.DB, now func() time.Time) *Store { return &Store{db: db, now: now} }

// Officer is a person with an account.
type Officer struct {
	ID, Email, Name string
	Role            Role
	CreatedAt       time.Time
	Disabled        bool
}

// HasOfficers says whether anyone has an account yet.
func (s *Store) HasOfficers(ctx context.Context) (bool, error) { panic("unwritten") }

// AddOfficer makes an account. Passwords have 12 characters or more.
func (s *Store) AddOfficer(ctx context.Context, who history.Actor, email, name, password string, role Role) (Officer, error) {
	panic("unwritten")
}

// SignIn checks a password and begins a session; cookie is its secret, told once. ErrUnauthorized for
// a wrong address or password alike, ErrTooMany after 10 failures for an address of mail or network
// within 15 minutes.
func (s *Store) SignIn(ctx context.Context, from, email, password string) (cookie string, o Officer, err error) {
	panic("unwritten")
}

// Session finds who holds a session cookie, or ErrUnauthorized.
func (s *Store) Session(ctx context.Context, cookie string) (Identity, error) { panic("unwritten") }

// SignOut ends a session.
func (s *Store) SignOut(ctx context.Context, who history.Actor, cookie string) error {
	panic("unwritten")
}

// MakeToken makes an API token; secret is told once. newsroomID "" reaches every newsroom.
func (s *Store) MakeToken(ctx context.Context, who history.Actor, name string, role Role, newsroomID string) (secret string, err error) {
	panic("unwritten")
}

// RevokeToken ends every token of that name; ErrNotFound when there is none in force.
func (s *Store) RevokeToken(ctx context.Context, who history.Actor, name string) error {
	panic("unwritten")
}

// Token finds who holds an API token, or ErrUnauthorized.
func (s *Store) Token(ctx context.Context, secret string) (Identity, error) { panic("unwritten") }

// Invite makes a one-time link's secret for a new account of that role, good for ttl. An unused one
// of the same role made before stops working.
func (s *Store) Invite(ctx context.Context, role Role, ttl time.Duration) (secret string, err error) {
	panic("unwritten")
}

// Invited says what role an unused, unexpired one-time link gives. It changes nothing.
func (s *Store) Invited(ctx context.Context, secret string) (Role, error) { panic("unwritten") }

// Accept uses a one-time link to make an account and begins its session.
func (s *Store) Accept(ctx context.Context, from, secret, email, name, password string) (cookie string, o Officer, err error) {
	panic("unwritten")
}

// Allow counts an attempt under name and says whether it is within limit for the window.
func (s *Store) Allow(ctx context.Context, name string, limit int, window time.Duration) (bool, error) {
	panic("unwritten")
}
