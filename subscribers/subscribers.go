// Package subscribers is who asked for a newsroom's releases, and with what consent: addresses,
// their confirmation, what they chose, who must not be mailed, and lists in and out as CSV.
//
// A subscriber belongs to one newsroom; the same person at two newsrooms is two subscribers, so that
// leaving or erasing one says nothing about the other. Only a confirmed subscriber is mailed.
package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"dateline/releases/history"
)

// Errors that callers tell apart; wrong input is input.Faults.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
)

// State of a subscriber. Only StateConfirmed is mailed.
type State string

// The states.
const (
	StatePending      State = "pending"
	StateConfirmed    State = "confirmed"
	StateUnsubscribed State = "unsubscribed"
)

// Subscriber is one address at one newsroom.
type Subscriber struct {
	ID          string
	NewsroomID  string
	Email       string
	Name        string
	Outlet      string
	Language    string   // BCP 47: the language its mails speak
	Topics      []string // slugs; none means every topic
	Frequency   string   // "immediate"
	State       State
	Consent     string // the text agreed to, or where consent came from
	ConfirmedAt time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Input is what a person or program gives of a subscriber. Topics may be names or slugs.
type Input struct {
	Email, Name, Outlet, Language, Frequency, Consent string
	Topics                                            []string
	Confirmed                                         bool // needs a Consent text
}

// Newsroom is what subscribers needs to know of one: whom it serves and which topics it has.
type Newsroom struct {
	ID, Language string
	Topics       map[string]string // slug to name
}

// Store keeps subscribers in SQL. secret keys the tokens in mailed links.
type Store struct {
	db     *sql.DB
	now    func() time.Time
	secret []byte
}

// New works on db, with now as its clock.
func New(db *sql.DB, now func() time.Time, secret []byte) *Store {
	return &Store{db: db, now: now, secret: secret}
}

// Asked is what became of a request on the public form, for the letter that follows. The page that
// answers is the same in every case.
type Asked struct {
	Subscriber Subscriber
	Already    bool // confirmed before: the letter says so instead of asking again
	Quiet      bool // suppressed, or asked too often: no letter at all
}

// Ask records a request from the public form as pending. It changes nothing of a confirmed subscriber.
func (s *Store) Ask(ctx context.Context, who history.Actor, n Newsroom, in Input) (Asked, error) {
	panic("unwritten")
}

// Add adds one from the desk or API; ErrConflict when the newsroom has the address already.
func (s *Store) Add(ctx context.Context, who history.Actor, n Newsroom, in Input) (Subscriber, error) {
	panic("unwritten")
}

// Patch changes the fields that are not nil.
type Patch struct {
	Name, Outlet, Language, Frequency *string
	Topics                            *[]string
}

// Update changes one; the address itself never changes.
func (s *Store) Update(ctx context.Context, who history.Actor, n Newsroom, id string, p Patch) (Subscriber, error) {
	panic("unwritten")
}

// Subscriber finds one by id, or ErrNotFound.
func (s *Store) Subscriber(ctx context.Context, id string) (Subscriber, error) { panic("unwritten") }

// ListFilter narrows a list.
type ListFilter struct {
	NewsroomID string
	State      State
	Search     string // part of address, name or outlet
	After      string
	Limit      int // 1 to 500; 0 means 50
}

// List gives subscribers by id, and the cursor of the next page ("" at the end).
func (s *Store) List(ctx context.Context, f ListFilter) (items []Subscriber, next string, err error) {
	panic("unwritten")
}

// Erase deletes one and everything that names the person in this package's tables.
func (s *Store) Erase(ctx context.Context, who history.Actor, id string) error { panic("unwritten") }

// ConfirmToken and UnsubscribeToken are what mailed links carry: the subscriber's id and a MAC over
// it and the purpose, so that no secret is stored and a link of one kind is none of another.
func (s *Store) ConfirmToken(id string) string { panic("unwritten") }

// UnsubscribeToken is the token of the unsubscribe link and its one-click header.
func (s *Store) UnsubscribeToken(id string) string { panic("unwritten") }

// ByConfirmToken finds whom a confirmation link is for. It changes nothing. ErrNotFound when the
// token is not ours or older than 7 days.
func (s *Store) ByConfirmToken(ctx context.Context, token string) (Subscriber, error) {
	panic("unwritten")
}

// ByUnsubscribeToken finds whom an unsubscribe link is for. It changes nothing and never expires.
func (s *Store) ByUnsubscribeToken(ctx context.Context, token string) (Subscriber, error) {
	panic("unwritten")
}

// Confirm makes a pending subscriber confirmed. A second call changes nothing and is no error.
func (s *Store) Confirm(ctx context.Context, who history.Actor, token string) (Subscriber, error) {
	panic("unwritten")
}

// Unsubscribe ends a subscription (RFC 8058 one-click, or the page's button). A second call changes
// nothing and is no error.
func (s *Store) Unsubscribe(ctx context.Context, who history.Actor, token string) (Subscriber, error) {
	panic("unwritten")
}

// Suppress keeps an address from being mailed, by one newsroom or, with newsroomID "", by all.
func (s *Store) Suppress(ctx context.Context, who history.Actor, email, newsroomID, reason, detail string) error {
	panic("unwritten")
}

// Imported is what an import did. Lines count from 1, the header among them.
type Imported struct {
	Added, Updated, Unchanged int
	Refused                   []Refusal
}

// Refusal is a line that was not taken, and why: a catalogue id and its placeholders.
type Refusal struct {
	Line    int
	Message string
	Args    map[string]any
}

// Import reads CSV (RFC 4180; comma, semicolon or tab; UTF-8 with or without BOM) with a header:
// email, and any of name, outlet, language, topics (separated by |), frequency, consent. Good lines go in, each bad
// one is listed. consent is that of lines which give none of their own; without either a line is refused. An unsubscribed or
// suppressed address stays so and its line is refused.
func (s *Store) Import(ctx context.Context, who history.Actor, n Newsroom, r io.Reader, consent string) (Imported, error) {
	panic("unwritten")
}

// Export writes every subscriber of a newsroom as CSV, in a form that Import reads, and records who
// took it.
func (s *Store) Export(ctx context.Context, who history.Actor, newsroomID string, w io.Writer) error {
	panic("unwritten")
}
