package mail

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dateline/releases/vault"

	"github.com/klauspost/compress/gzip"
)

// Capture is the Sender of an installation without a relay: mail lands in SQL and is read on the desk.
// It is sealed there, since an advance copy says what is not yet public.
type Capture struct {
	db   *sql.DB
	keys *vault.Keys
	now  func() time.Time
}

// NewCapture keeps mail in db, sealed by keys.
func NewCapture(db *sql.DB, keys *vault.Keys, now func() time.Time) *Capture {
	return &Capture{db: db, keys: keys, now: now}
}

// What of a captured mail is sealed.
var (
	subjects = vault.Column{Table: "captured", Name: "subject", Key: []string{"id"}}
	raws     = vault.Column{Table: "captured", Name: "raw", Key: []string{"id"}}
)

// Reseal brings captured mail under the first of the installation's secrets, and says how many texts
// were under another.
func Reseal(ctx context.Context, db *sql.DB, keys *vault.Keys) (done int, err error) {
	for _, column := range []vault.Column{subjects, raws} {
		n, err := vault.Reseal(ctx, db, keys, column)
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// Captured is one mail in the mailbox.
type Captured struct {
	ID, Sender, Recipient, Subject, MessageID string
	At                                        time.Time
	Raw                                       []byte // only from Mail
}

// Connect never fails.
func (c *Capture) Connect(ctx context.Context) (Conn, error) {
	return &captureConn{capture: c}, nil
}

// Check never fails.
func (c *Capture) Check(ctx context.Context) error { return nil }

// Rests is empty.
func (c *Capture) Rests() []Rest { return nil }

// Close does nothing.
func (c *Capture) Close() error { return nil }

// List gives the newest first, without their raw bytes, and the cursor of the next page ("" at the
// end). search is part of a recipient or subject; limit is 1 to 500, 0 means 50.
func (c *Capture) List(ctx context.Context, search, after string, limit int) (items []Captured, next string, err error) {
	if limit <= 0 || limit > 500 {
		limit = 50
	}
	at, id := readCursor(after)
	// Subjects are sealed, so the rows are read until enough of them fit.
	rows, err := c.db.QueryContext(ctx, `SELECT id, at, sender, recipient, subject, message_id FROM captured
		WHERE (at < $1 OR at = $1 AND id < $2) ORDER BY at DESC, id DESC`, at, id)
	if err != nil {
		return nil, "", fmt.Errorf("list captured mail: %w", err)
	}
	defer rows.Close()
	for len(items) <= limit && rows.Next() {
		var m Captured
		var at int64
		if err := rows.Scan(&m.ID, &at, &m.Sender, &m.Recipient, &m.Subject, &m.MessageID); err != nil {
			return nil, "", fmt.Errorf("list captured mail: %w", err)
		}
		m.At = time.UnixMilli(at).UTC()
		if m.Subject, err = c.keys.Open(subjects.Of(m.ID), m.Subject); err != nil {
			return nil, "", fmt.Errorf("list captured mail: %w", err)
		}
		if m.has(search) {
			items = append(items, m)
		}
	}
	if len(items) > limit {
		items = items[:limit]
		last := items[limit-1]
		next = strconv.FormatInt(last.At.UnixMilli(), 10) + "." + last.ID
	}
	return items, next, rows.Err()
}

// has says whether a part of the recipient or subject is this, whatever its case.
func (m Captured) has(part string) bool {
	part = strings.ToLower(part)
	return strings.Contains(strings.ToLower(m.Recipient), part) || strings.Contains(strings.ToLower(m.Subject), part)
}

// readCursor reads what List gave as next. One that is not ours begins at the newest.
func readCursor(s string) (at int64, id string) {
	first, id, _ := strings.Cut(s, ".")
	at, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return 1<<63 - 1, ""
	}
	return at, id
}

// Mail finds one by id with its raw bytes; sql.ErrNoRows when there is none.
func (c *Capture) Mail(ctx context.Context, id string) (Captured, error) {
	m := Captured{ID: id}
	var at int64
	var raw string
	err := c.db.QueryRowContext(ctx, `SELECT at, sender, recipient, subject, message_id, raw FROM captured WHERE id = $1`, id).
		Scan(&at, &m.Sender, &m.Recipient, &m.Subject, &m.MessageID, &raw)
	if err != nil {
		return Captured{}, fmt.Errorf("captured mail %s: %w", id, err)
	}
	m.At = time.UnixMilli(at).UTC()
	if m.Subject, err = c.keys.Open(subjects.Of(id), m.Subject); err != nil {
		return Captured{}, err
	}
	if raw, err = c.keys.Open(raws.Of(id), raw); err != nil {
		return Captured{}, err
	}
	if m.Raw, err = unpack(raw); err != nil {
		return Captured{}, fmt.Errorf("captured mail %s: %w", id, err)
	}
	return m, nil
}

// Tally counts the mails of a dispatch, and how many different ones there are by Message-ID: a mail that
// was sent twice makes the first the larger.
func (c *Capture) Tally(ctx context.Context, dispatchID string) (mails, distinct int, err error) {
	err = c.db.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(DISTINCT message_id) FROM captured WHERE message_id LIKE $1`,
		"<"+dispatchID+".%").Scan(&mails, &distinct)
	if err != nil {
		return 0, 0, fmt.Errorf("tally captured mail of %s: %w", dispatchID, err)
	}
	return mails, distinct, nil
}

// ForgetCaptured removes the captured mails of a dispatch.
func ForgetCaptured(ctx context.Context, tx *sql.Tx, dispatchID string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM captured WHERE message_id LIKE $1`, "<"+dispatchID+".%"); err != nil {
		return fmt.Errorf("forget captured mail of %s: %w", dispatchID, err)
	}
	return nil
}

func unpack(raw string) ([]byte, error) {
	z, err := gzip.NewReader(strings.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
