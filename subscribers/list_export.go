package subscribers

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"dateline/releases/history"
)

// listHeader names the columns of an exported list. Import reads all but the last two, which only tell.
var listHeader = [...]string{"email", "name", "outlet", "language", "topics", "frequency", "consent", "state", "confirmed_at", "created_at"}

// Export writes every subscriber of a newsroom as CSV (RFC 4180, UTF-8), in a form that Import reads,
// and records who took it. state is that of the subscriber, or "suppressed" where the address must not
// be mailed. A cell that a spreadsheet would run as a formula begins with an apostrophe.
func (s *Store) Export(ctx context.Context, who history.Actor, newsroomID string, w io.Writer) error {
	if err := s.export(ctx, who, newsroomID, w); err != nil {
		return fmt.Errorf("export subscribers of %s: %w", newsroomID, err)
	}
	return nil
}

func (s *Store) export(ctx context.Context, who history.Actor, newsroomID string, w io.Writer) error {
	// Written down first: a list that was half taken was taken.
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		return history.Record(ctx, tx, s.now(), who, history.Event{NewsroomID: newsroomID, Action: "subscriber.export"})
	})
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(listHeader[:]); err != nil {
		return err
	}
	// Page by page, so that a slow reader holds no transaction open.
	const page = 1000
	for after := ""; ; {
		subs, err := s.query(ctx, `SELECT `+columns+` FROM subscribers s WHERE s.newsroom_id = $1 AND s.id > $2 ORDER BY s.id LIMIT $3`,
			newsroomID, after, page)
		if err != nil {
			return err
		}
		for _, sub := range subs {
			if err := out.Write(cells(sub)); err != nil {
				return err
			}
			after = sub.ID
		}
		out.Flush()
		if err := out.Error(); err != nil || len(subs) < page {
			return err
		}
	}
}

// cells are a subscriber's, in the order of listHeader.
func cells(sub Subscriber) []string {
	state := string(sub.State)
	if sub.Suppressed != "" {
		state = "suppressed"
	}
	row := []string{sub.Email, sub.Name, sub.Outlet, sub.Language, strings.Join(sub.Topics, "|"), sub.Frequency, sub.Consent,
		state, stamp(sub.ConfirmedAt), stamp(sub.CreatedAt)}
	for i, cell := range row {
		row[i] = GuardCell(cell)
	}
	return row
}

// stamp is RFC 3339 in UTC with milliseconds, "" for no time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
