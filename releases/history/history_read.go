package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Row is one event as it was written.
type Row struct {
	Event
	At    time.Time
	Actor Actor
}

// Of lists what was done to one thing by one kind of action, the first first.
func Of(ctx context.Context, db *sql.DB, subject, action string) ([]Row, error) {
	rows, err := db.QueryContext(ctx, `SELECT at, actor_id, actor, from_address, newsroom_id, subject, action, detail FROM history
		WHERE subject = $1 AND action = $2 ORDER BY seq`, subject, action)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", subject, err)
	}
	defer rows.Close()
	var list []Row
	for rows.Next() {
		var r Row
		var at int64
		var detail string
		err := rows.Scan(&at, &r.Actor.ID, &r.Actor.Name, &r.Actor.From, &r.NewsroomID, &r.Subject, &r.Action, &detail)
		if err == nil {
			err = json.Unmarshal([]byte(detail), &r.Detail)
		}
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", subject, err)
		}
		r.At = time.UnixMilli(at).UTC()
		list = append(list, r)
	}
	return list, rows.Err()
}
