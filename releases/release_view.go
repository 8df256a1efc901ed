package releases

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"dateline/releases/history"
)

// viewAgain is how long looking at one text again, from the same place, is the same look: a page that
// is left open, and a program that polls, would else fill the history.
const viewAgain = 10 * time.Minute

// Viewed writes down that somebody has seen a text of a release that the world has not. What is hidden,
// nobody sees.
func (d *Desk) Viewed(ctx context.Context, who history.Actor, r Release) error {
	if r.Hidden || r.State == StateLive && r.Approved == r.Version {
		return nil
	}
	now := d.now()
	view := history.Event{NewsroomID: r.Newsroom.ID, Subject: r.ID, Action: "release.view", Detail: map[string]any{"version": r.Version}}
	seen, err := history.Since(ctx, d.db, now.Add(-viewAgain), who, view)
	if err == nil && !seen {
		err = transact(ctx, d.db, func(tx *sql.Tx) error { return history.Record(ctx, tx, now, who, view) })
	}
	if err != nil {
		return fmt.Errorf("view %s: %w", r.ID, err)
	}
	return nil
}

// History gives what was done, the newest first, and the cursor of the next page ("" at the end).
func (d *Desk) History(ctx context.Context, f history.Filter) (items []history.Entry, next string, err error) {
	return history.List(ctx, d.db, f)
}
