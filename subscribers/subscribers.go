// Package subscribers is who asked for a newsroom's releases, and with what consent: addresses,
// their confirmation, what they chose, who must not be mailed, and lists in and out as CSV.
//
// A subscriber belongs to one newsroom; the same person at two newsrooms is two subscribers, so that
// leaving or erasing one says nothing about the other. Only a confirmed subscriber is mailed, and only
// while the address is not suppressed:
//
//	(none) --Ask, Add--> pending --Confirm--> confirmed --Unsubscribe--> unsubscribed
//	  \____Add or Import with consent_______/                              |
//	                        pending <-----------------Ask-----------------/
package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"time"
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
	Suppressed  string // why the address must not be mailed: "bounce", "complaint", "request"; "" when it may
	Consent     string // the text agreed to, or where consent came from
	ConfirmedAt time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Newsroom is what subscribers needs to know of one: whom it serves and which topics it has.
type Newsroom struct {
	ID, Language string
	Topics       map[string]string // slug to name
}

// Store keeps subscribers in SQL.
type Store struct {
	db   *sql.DB
	now  func() time.Time
	keys []*signer
}

// New works on db, with now as its clock. The first secret keys the tokens in mailed links; those that
// were made with another still work.
func New(db *sql.DB, now func() time.Time, secrets ...[]byte) *Store {
	s := &Store{db: db, now: now}
	for _, secret := range secrets {
		s.keys = append(s.keys, newSigner(secret))
	}
	return s
}

// inTx runs do in a transaction, which stands only if do returns nil.
func (s *Store) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
