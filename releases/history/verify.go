package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Broken names the first row at which the chain does not hold.
type Broken struct {
	Seq     int64
	Missing bool
	Added   bool // past the end; a row that is neither this nor missing was changed
}

func (b *Broken) Error() string {
	if b.Missing {
		return fmt.Sprintf("history: row %d is missing", b.Seq)
	}
	if b.Added {
		return fmt.Sprintf("history: row %d was added", b.Seq)
	}
	return fmt.Sprintf("history: row %d was changed", b.Seq)
}

// Head is the number of the last row and its hash, which stands for the whole chain.
func Head(ctx context.Context, db *sql.DB) (seq int64, hash string, err error) {
	err = db.QueryRowContext(ctx, `SELECT seq, hash FROM history_head WHERE id = 1`).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", errors.New("history: the row that tells its end is missing (history_head)")
	}
	if err != nil {
		return 0, "", fmt.Errorf("history head: %w", err)
	}
	return seq, hash, nil
}

// Verify goes through the whole chain and returns *Broken when a row was changed, is missing or was added. Rows
// that are written meanwhile are left for the next time.
func Verify(ctx context.Context, db *sql.DB) error {
	last, head, err := Head(ctx, db)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, `SELECT seq, at, actor_id, actor, from_address, newsroom_id, subject, action, detail, hash
		FROM history WHERE seq <= $1 ORDER BY seq`, last)
	if err != nil {
		return fmt.Errorf("verify history: %w", err)
	}
	defer rows.Close()
	var seq int64
	var prev string
	for rows.Next() {
		expected := seq + 1
		var at int64
		var who Actor
		var e Event
		var detail, hash string
		err := rows.Scan(&seq, &at, &who.ID, &who.Name, &who.From, &e.NewsroomID, &e.Subject, &e.Action, &detail, &hash)
		switch {
		case err != nil:
			return fmt.Errorf("verify history: %w", err)
		case seq < expected:
			return &Broken{Seq: seq}
		case seq > expected:
			return &Broken{Seq: expected, Missing: true}
		case link(prev, seq, at, who, e, detail) != hash:
			return &Broken{Seq: seq}
		}
		prev = hash
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("verify history: %w", err)
	}
	if seq < last {
		return &Broken{Seq: seq + 1, Missing: true}
	}
	if prev != head {
		return &Broken{Seq: last}
	}
	return verifyEnd(ctx, db)
}

// verifyEnd looks for rows past the head, which Record moves with every row that it adds.
func verifyEnd(ctx context.Context, db *sql.DB) error {
	var added sql.NullInt64
	if err := db.QueryRowContext(ctx, `SELECT MIN(seq) FROM history WHERE seq > (SELECT seq FROM history_head WHERE id = 1)`).Scan(&added); err != nil {
		return fmt.Errorf("verify history: %w", err)
	}
	if added.Valid {
		return &Broken{Seq: added.Int64, Added: true}
	}
	return nil
}
