package jobs

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"dateline/releases/history"
	"dateline/subscribers"
)

// outcomeHeader names the columns of an exported ledger.
var outcomeHeader = [...]string{"email", "name", "language", "state", "code", "reason", "attempts", "sent_again", "next_try_at", "updated_at"}

// Export writes what became of every recipient of a dispatch as CSV (RFC 4180, UTF-8), in the order of
// the audience, and records who took it. Instants are RFC 3339 in UTC. A cell that a spreadsheet would
// run as a formula begins with an apostrophe.
func (l *Ledger) Export(ctx context.Context, who history.Actor, id string, w io.Writer) error {
	err := l.recordExport(ctx, who, id) // first: what was half taken was taken
	if err != nil {
		return fmt.Errorf("export dispatch %s: %w", id, err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(outcomeHeader[:]); err != nil {
		return fmt.Errorf("export dispatch %s: %w", id, err)
	}
	// Page by page, so that a slow reader holds no transaction open.
	for filter := (DeliveryFilter{DispatchID: id, Limit: batchSize}); ; {
		page, next, err := l.Deliveries(ctx, filter)
		if err != nil {
			return fmt.Errorf("export dispatch %s: %w", id, err)
		}
		for _, d := range page {
			if err := out.Write(outcomeCells(d)); err != nil {
				return fmt.Errorf("export dispatch %s: %w", id, err)
			}
		}
		if out.Flush(); out.Error() != nil || next == "" {
			return out.Error()
		}
		filter.After = next
	}
}

func (l *Ledger) recordExport(ctx context.Context, who history.Actor, id string) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var newsroom string
	err = tx.QueryRowContext(ctx, `SELECT newsroom_id FROM dispatches WHERE id = $1`, id).Scan(&newsroom)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := history.Record(ctx, tx, l.now(), who, history.Event{NewsroomID: newsroom, Subject: id, Action: "dispatch.export"}); err != nil {
		return err
	}
	return tx.Commit()
}

// outcomeCells are a delivery's, in the order of outcomeHeader.
func outcomeCells(d Delivery) []string {
	row := []string{d.Email, d.Name, d.Language, d.State, d.Code, d.Reason, strconv.Itoa(d.Attempts), strconv.FormatBool(d.Retried), "", stamp(d.UpdatedAt)}
	if d.State == Deferred {
		row[8] = stamp(d.NextAt)
	}
	for i, cell := range row {
		row[i] = subscribers.GuardCell(cell)
	}
	return row
}

// stamp is an instant with milliseconds; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z07:00")
}
