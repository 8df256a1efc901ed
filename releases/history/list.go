package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dateline/releases/input"
)

// Entry is one row as it was written.
type Entry struct {
	Seq int64
	At  time.Time // UTC
	Who Actor
	Event
}

// Filter narrows a list; zero fields do not.
type Filter struct {
	Subjects []string // ids; several where a thing has parts of its own, as a release has mailings
	After    string   // cursor from the page before
	Limit    int      // 1 to 500; 0 means 50
}

// List gives entries, the newest first, and the cursor of the next page ("" at the end).
func List(ctx context.Context, db *sql.DB, f Filter) (items []Entry, next string, err error) {
	where, args := []string{"1 = 1"}, []any{}
	if len(f.Subjects) > 0 {
		marks := make([]string, len(f.Subjects))
		for i, subject := range f.Subjects {
			args = append(args, subject)
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		where = append(where, `subject IN (`+strings.Join(marks, ", ")+`)`)
	}
	if f.After != "" {
		after, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return nil, "", input.Faults{{Field: "cursor", Message: "fault.cursor"}}
		}
		args = append(args, after)
		where = append(where, fmt.Sprintf(`seq < $%d`, len(args)))
	}
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 50
	}
	rows, err := db.QueryContext(ctx, `SELECT seq, at, actor_id, actor, from_address, newsroom_id, subject, action, detail FROM history
		WHERE `+strings.Join(where, " AND ")+fmt.Sprintf(` ORDER BY seq DESC LIMIT %d`, f.Limit+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("list history: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return nil, "", fmt.Errorf("list history: %w", err)
		}
		items = append(items, e)
	}
	if len(items) > f.Limit {
		items = items[:f.Limit]
		next = strconv.FormatInt(items[f.Limit-1].Seq, 10)
	}
	return items, next, rows.Err()
}

func scan(rows *sql.Rows) (e Entry, err error) {
	var at int64
	var detail string
	err = rows.Scan(&e.Seq, &at, &e.Who.ID, &e.Who.Name, &e.Who.From, &e.NewsroomID, &e.Subject, &e.Action, &detail)
	if err != nil {
		return e, err
	}
	e.At = time.UnixMilli(at).UTC()
	return e, json.Unmarshal([]byte(detail), &e.Detail)
}

// Since says whether somebody has done the same with the same detail since an instant.
func Since(ctx context.Context, db *sql.DB, at time.Time, who Actor, e Event) (done bool, err error) {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return false, fmt.Errorf("history %s: %w", e.Action, err)
	}
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM history
		WHERE subject = $1 AND action = $2 AND actor_id = $3 AND from_address = $4 AND detail = $5 AND at > $6)`,
		e.Subject, e.Action, who.ID, who.From, string(detail), at.UnixMilli()).Scan(&done)
	if err != nil {
		return false, fmt.Errorf("history %s: %w", e.Action, err)
	}
	return done, nil
}
