package auth

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Officer is a person with an account.
type Officer struct {
	ID, Email, Name string
	Role            Role
	CreatedAt       time.Time
	Disabled        bool
}

func (o Officer) identity() Identity { return Identity{ID: o.ID, Name: o.Email, Role: o.Role} }

// HasOfficers says whether anyone has an account yet.
func (s *Store) HasOfficers(ctx context.Context) (bool, error) {
	var has bool
	err := s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM officers)`).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("has officers: %w", err)
	}
	return has, nil
}

// Officers lists everyone who has or had an account, by name.
func (s *Store) Officers(ctx context.Context) ([]Officer, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, email, name, role, created_at, disabled_at IS NOT NULL FROM officers ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("list officers: %w", err)
	}
	defer rows.Close()
	var list []Officer
	for rows.Next() {
		var o Officer
		var created int64
		if err := rows.Scan(&o.ID, &o.Email, &o.Name, &o.Role, &created, &o.Disabled); err != nil {
			return nil, fmt.Errorf("list officers: %w", err)
		}
		o.CreatedAt = time.UnixMilli(created).UTC()
		list = append(list, o)
	}
	return list, rows.Err()
}

// Admins are the addresses of all who may do everything.
func (s *Store) Admins(ctx context.Context) (addresses []string, err error) {
	officers, err := s.Officers(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range officers {
		if o.Role == Admin && !o.Disabled {
			addresses = append(addresses, o.Email)
		}
	}
	return addresses, nil
}

// AddOfficer makes an account. Passwords have 12 characters or more; without a name the address
// stands for it.
func (s *Store) AddOfficer(ctx context.Context, who history.Actor, email, name, password string, role Role) (Officer, error) {
	made, err := s.newOfficer(ctx, email, name, password, role)
	if err != nil {
		return Officer{}, err
	}
	if err := s.transact(ctx, func(tx *sql.Tx) error { return made.insert(ctx, tx, who) }); err != nil {
		return Officer{}, err
	}
	return made.Officer, nil
}

// DisableOfficer closes an account and ends its sessions; ErrNotFound when there is none open.
func (s *Store) DisableOfficer(ctx context.Context, who history.Actor, id string) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		rows, err := changed(tx.ExecContext(ctx, `UPDATE officers SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL`, s.now().UnixMilli(), id))
		if err != nil {
			return fmt.Errorf("disable officer %s: %w", id, err)
		}
		if rows == 0 {
			return ErrNotFound
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE officer_id = $1`, id); err != nil {
			return fmt.Errorf("end sessions of %s: %w", id, err)
		}
		return history.Record(ctx, tx, s.now(), who, history.Event{Subject: id, Action: "auth.officer_disable"})
	})
}

// newOfficer is an account that is checked and not yet stored. Its password is hashed before any
// transaction begins: hashing is slow on purpose.
type newOfficer struct {
	Officer
	key, password string
}

func (s *Store) newOfficer(ctx context.Context, email, name, password string, role Role) (newOfficer, error) {
	address, key, faults := checkOfficer(email, name, password)
	if !slices.Contains(Roles, role) {
		faults.Add("role", "fault.role", "Value", string(role))
	}
	if err := faults.Err(); err != nil {
		return newOfficer{}, err
	}
	if name, _ = input.Clean(name); name == "" {
		name = address
	}
	hash, err := s.hashPassword(ctx, password)
	officer := Officer{ID: randomID(), Email: address, Name: name, Role: role, CreatedAt: s.now().UTC()}
	return newOfficer{Officer: officer, key: key, password: hash}, err
}

// CheckOfficer says what is wrong with an account that is to be made, as input.Faults, but for an address
// that has one.
func CheckOfficer(email, name, password string) error {
	_, _, faults := checkOfficer(email, name, password)
	return faults.Err()
}

func checkOfficer(email, name, password string) (address, key string, faults input.Faults) {
	address, key, ok := input.Email(email)
	switch {
	case email == "":
		faults.Add("email", "fault.required")
	case !faults.Readable("email", email):
	case !ok:
		faults.Add("email", "fault.email", "Value", email)
	}
	faults.Readable("name", name)
	checkPassword(&faults, password, address, key)
	return address, key, faults
}

// insert stores the account, unless the address has one.
func (n newOfficer) insert(ctx context.Context, tx *sql.Tx, who history.Actor) error {
	rows, err := changed(tx.ExecContext(ctx, `INSERT INTO officers (id, email, email_key, name, role, password, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING`,
		n.ID, n.Email, n.key, n.Name, string(n.Role), n.password, n.CreatedAt.UnixMilli()))
	if err != nil {
		return fmt.Errorf("add officer %s: %w", n.Email, err)
	}
	if rows == 0 {
		return input.Faults{{Field: "email", Message: "fault.email_taken", Args: map[string]any{"Value": n.Email}}}
	}
	return history.Record(ctx, tx, n.CreatedAt, who, history.Event{
		Subject: n.ID, Action: "auth.officer_add", Detail: map[string]any{"email": n.Email, "role": string(n.Role)},
	})
}
