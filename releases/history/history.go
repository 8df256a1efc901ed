// Package history is who did what: an append-only table whose rows are chained by hash. Every
// change of state writes its row in the transaction that makes the change, so neither can exist
// without the other.
package history

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Actor is who acts, and from where.
type Actor struct {
	ID   string // officer or token id; "" for the system and for strangers
	Name string // mail address of an officer, name of a token, "system"
	From string // network address, "" for the system
}

// System is Dateline itself: the lift, the reconciler, the command line.
var System = Actor{Name: "system"}

// Event is one row: what was done to which thing.
type Event struct {
	NewsroomID string
	Subject    string // id of the release, subscriber, dispatch, officer or token
	Action     string // "release.approve", "subscriber.export", "auth.sign_in"
	Detail     map[string]any
}

// Record appends an event in the caller's transaction. The row of the chain's head is locked until
// the transaction ends, so events have one order on both engines.
func Record(ctx context.Context, tx *sql.Tx, at time.Time, who Actor, e Event) error {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("history %s: %w", e.Action, err)
	}
	var seq int64
	var prev string
	err = tx.QueryRowContext(ctx, `UPDATE history_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash`).Scan(&seq, &prev)
	if err != nil {
		return fmt.Errorf("history head: %w", err)
	}
	hash := link(prev, seq, at.UnixMilli(), who, e, string(detail))
	_, err = tx.ExecContext(ctx, `INSERT INTO history (seq, at, actor_id, actor, from_address, newsroom_id, subject, action, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		seq, at.UnixMilli(), who.ID, who.Name, who.From, e.NewsroomID, e.Subject, e.Action, string(detail), hash)
	if err != nil {
		return fmt.Errorf("history %s: %w", e.Action, err)
	}
	if _, err = tx.ExecContext(ctx, `UPDATE history_head SET hash = $1 WHERE id = 1`, hash); err != nil {
		return fmt.Errorf("history head: %w", err)
	}
	return nil
}

// link is the hash of a row over the one before it. JSON encodes the fields without ambiguity.
func link(prev string, seq, at int64, who Actor, e Event, detail string) string {
	row, _ := json.Marshal([]any{prev, seq, at, who.ID, who.Name, who.From, e.NewsroomID, e.Subject, e.Action, detail})
	sum := sha256.Sum256(row)
	return hex.EncodeToString(sum[:])
}
