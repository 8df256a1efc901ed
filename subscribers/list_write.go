package subscribers

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
)

// errRaced means that somebody else changed one of the chunk's addresses meanwhile: it is written anew.
var errRaced = errors.New("changed meanwhile")

// flush writes the chunk in one transaction, in which also may have its say.
func (im *importer) flush(ctx context.Context, also func(*sql.Tx, Imported) error) error {
	for {
		done := im.done
		err := im.store.inTx(ctx, func(tx *sql.Tx) error {
			if err := im.write(ctx, tx, &done); err != nil || also == nil {
				return err
			}
			return also(tx, done)
		})
		if errors.Is(err, errRaced) {
			continue
		}
		if err != nil {
			return err
		}
		im.done, im.chunk = done, im.chunk[:0]
		clear(im.waiting)
		return nil
	}
}

// write sorts the chunk into new, changed, unchanged and refused, and counts them in done.
func (im *importer) write(ctx context.Context, tx *sql.Tx, done *Imported) error {
	if len(im.chunk) == 0 {
		return nil
	}
	suppressed, err := im.suppressed(ctx, tx)
	if err != nil {
		return err
	}
	known, err := im.known(ctx, tx)
	if err != nil {
		return err
	}
	var fresh []keyed
	for _, c := range im.chunk {
		old, exists := known[c.key]
		switch {
		case suppressed[c.key] != "":
			done.Refused = append(done.Refused, Refusal{Line: c.line, Field: "email", Message: "fault.suppressed_" + suppressed[c.key]})
		case !exists:
			fresh = append(fresh, keyed{im.store.fresh(c.Subscriber, im.store.now()), c.key})
		case old.State == StateUnsubscribed:
			done.Refused = append(done.Refused, Refusal{Line: c.line, Field: "email", Message: "fault.unsubscribed"})
		default:
			changed, err := im.update(ctx, tx, old, c)
			if err != nil {
				return err
			}
			if changed {
				done.Updated++
			} else {
				done.Unchanged++
			}
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	added, err := insert(ctx, tx, fresh)
	if err == nil && added < len(fresh) {
		err = errRaced
	}
	done.Added += added
	return err
}

// update takes a line into the row that is there, if it says anything new.
func (im *importer) update(ctx context.Context, tx *sql.Tx, old Subscriber, c candidate) (changed bool, err error) {
	sub := im.merged(old, c)
	topics := !slices.Equal(sub.Topics, old.Topics)
	if !topics && sub.Name == old.Name && sub.Outlet == old.Outlet && sub.Language == old.Language && sub.State == old.State {
		return false, nil
	}
	now := im.store.now()
	if sub.ConfirmedAt.IsZero() {
		sub.ConfirmedAt = now
	}
	ok, err := changedOne(tx.ExecContext(ctx, `UPDATE subscribers SET name = $3, outlet = $4, language = $5, state = $6, consent = $7,
		confirmed_at = $8, search = $9, updated_at = $10 WHERE id = $1 AND state = $2`,
		sub.ID, old.State, sub.Name, sub.Outlet, sub.Language, sub.State, sub.Consent,
		millis(sub.ConfirmedAt), searchText(sub, c.key), now.UnixMilli()))
	if err == nil && !ok {
		err = errRaced
	}
	if err != nil || !topics {
		return true, err
	}
	return true, replaceTopics(ctx, tx, sub)
}

// merged is the subscriber that is there, with what the list's columns say of it.
func (im *importer) merged(old Subscriber, c candidate) Subscriber {
	sub := old
	if im.list.has("name") {
		sub.Name = c.Name
	}
	if im.list.has("outlet") {
		sub.Outlet = c.Outlet
	}
	if c.hasLanguage {
		sub.Language = c.Language
	}
	if im.list.has("topics") {
		sub.Topics = c.Topics
	}
	if old.State == StatePending {
		sub.State, sub.Consent = StateConfirmed, c.Consent
	}
	return sub
}

// known are the newsroom's subscribers among the chunk's addresses, by key. Those of other newsrooms are
// left out here and not in SQL, where Postgres would rather read the whole newsroom than look up keys.
func (im *importer) known(ctx context.Context, tx *sql.Tx) (map[string]Subscriber, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+columns+`, s.email_key FROM subscribers s WHERE s.email_key IN `+
		places(1, len(im.chunk)), im.keys()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := make(map[string]Subscriber)
	for rows.Next() {
		var key string
		sub, err := scan(rows, &key)
		if err != nil {
			return nil, err
		}
		if sub.NewsroomID == im.newsroom.ID {
			known[key] = sub
		}
	}
	return known, rows.Err()
}

// suppressed are the reasons why some of the chunk's addresses must not be mailed, by key.
func (im *importer) suppressed(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT email_key, reason FROM suppressions WHERE email_key IN `+places(1, len(im.chunk))+
		` AND newsroom_id IN ('', $`+strconv.Itoa(len(im.chunk)+1)+`)`, append(im.keys(), im.newsroom.ID)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	reasons := make(map[string]string)
	for rows.Next() {
		var key, reason string
		if err := rows.Scan(&key, &reason); err != nil {
			return nil, err
		}
		reasons[key] = reason
	}
	return reasons, rows.Err()
}

// keys are the chunk's addresses, as parameters.
func (im *importer) keys() []any {
	keys := make([]any, 0, len(im.chunk)+1)
	for _, c := range im.chunk {
		keys = append(keys, c.key)
	}
	return keys
}
