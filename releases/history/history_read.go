package history

import (
	"context"
	"database/sql"
	"fmt"
)

// Of lists every time that one kind of action was done to one thing, the first first.
func Of(ctx context.Context, db *sql.DB, subject, action string) ([]Entry, error) {
	rows, err := db.QueryContext(ctx, `SELECT seq, at, actor_id, actor, from_address, newsroom_id, subject, action, detail FROM history
		WHERE subject = $1 AND action = $2 ORDER BY seq`, subject, action)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", subject, err)
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", subject, err)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
