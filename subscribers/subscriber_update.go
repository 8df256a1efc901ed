package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Patch changes the fields that are not nil.
type Patch struct {
	Email                             *string // only as it is: consent is one address's
	Name, Outlet, Language, Frequency *string
	Topics                            *[]string
}

// Update changes one; the address itself never changes.
func (s *Store) Update(ctx context.Context, who history.Actor, n Newsroom, id string, p Patch) (Subscriber, error) {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		// This update changes nothing: it holds the row until the end on both engines.
		var key string
		err := tx.QueryRowContext(ctx, `UPDATE subscribers SET updated_at = updated_at
			WHERE id = $1 AND newsroom_id = $2 RETURNING email_key`, id, n.ID).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		sub, err := byID(ctx, tx, id)
		if err != nil {
			return err
		}
		fields, err := p.apply(n, &sub)
		if err != nil || len(fields) == 0 {
			return err
		}
		return s.save(ctx, tx, who, keyed{sub, key}, fields)
	})
	if err != nil {
		return Subscriber{}, fmt.Errorf("update subscriber %s: %w", id, err)
	}
	return s.Subscriber(ctx, id)
}

// apply checks what is given and puts it in sub. It names the fields, for the history, whose rows are
// kept for ever and so name no person.
func (p Patch) apply(n Newsroom, sub *Subscriber) (fields []string, err error) {
	var faults input.Faults
	if p.Email != nil && *p.Email != sub.Email {
		faults.Add("email", "fault.email_fixed")
	}
	if p.Name != nil {
		fields = append(fields, "name")
		sub.Name = checkText(&faults, "name", *p.Name, maxName)
	}
	if p.Outlet != nil {
		fields = append(fields, "outlet")
		sub.Outlet = checkText(&faults, "outlet", *p.Outlet, maxOutlet)
	}
	if p.Language != nil {
		fields = append(fields, "language")
		sub.Language = checkLanguage(&faults, *p.Language, n.Language)
	}
	if p.Frequency != nil {
		fields = append(fields, "frequency")
		sub.Frequency = checkFrequency(&faults, *p.Frequency)
	}
	if p.Topics != nil {
		fields = append(fields, "topics")
		sub.Topics = checkTopics(&faults, n, *p.Topics)
	}
	return fields, faults.Err()
}

// save writes what may be changed of a subscriber, and that it was.
func (s *Store) save(ctx context.Context, tx *sql.Tx, who history.Actor, sub keyed, fields []string) error {
	now := s.now()
	_, err := tx.ExecContext(ctx, `UPDATE subscribers SET name = $2, outlet = $3, language = $4, frequency = $5, search = $6, updated_at = $7
		WHERE id = $1`, sub.ID, sub.Name, sub.Outlet, sub.Language, sub.Frequency, searchText(sub.Subscriber, sub.key), now.UnixMilli())
	if err != nil {
		return err
	}
	if err := replaceTopics(ctx, tx, sub.Subscriber); err != nil {
		return err
	}
	return history.Record(ctx, tx, now, who, history.Event{
		NewsroomID: sub.NewsroomID, Subject: sub.ID, Action: "subscriber.update", Detail: map[string]any{"fields": fields}})
}
