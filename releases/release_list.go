package releases

import (
	"context"
	"fmt"
	"strings"
)

// ListFilter narrows the desk's list; zero fields do not.
type ListFilter struct {
	NewsroomID string
	State      State
	After      string
	Limit      int // 1 to 500; 0 means 50
}

// List gives releases, last changed first, and the cursor of the next page ("" at the end).
func (d *Desk) List(ctx context.Context, f ListFilter) (items []Release, next string, err error) {
	now := d.now()
	where, args := []string{"1 = 1"}, []any{}
	narrow := func(condition string, values ...any) {
		for _, value := range values {
			args = append(args, value)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where = append(where, condition)
	}
	if f.NewsroomID != "" {
		narrow(`r.newsroom_id = ?`, f.NewsroomID)
	}
	switch f.State {
	case "":
		narrow(`r.state <> 'deleted'`)
	case StateLive:
		narrow(`r.state = 'scheduled' AND r.lift_at <= ?`, now.UnixMilli())
	case StateScheduled:
		narrow(`r.state = 'scheduled' AND r.lift_at > ?`, now.UnixMilli())
	default:
		narrow(`r.state = ?`, f.State)
	}
	if f.After != "" {
		after, err := parseCursor(f.After)
		if err != nil {
			return nil, "", err
		}
		narrow(`(r.changed_at, r.id) < (?, ?)`, after.at, after.id)
	}
	size := pageSize(f.Limit)
	query := `SELECT ` + releaseColumns + releaseTables + `WHERE ` + strings.Join(where, " AND ") +
		fmt.Sprintf(` ORDER BY r.changed_at DESC, r.id DESC LIMIT %d`, size+1)
	rows, err := d.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list releases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRelease(d.keys, rows, now)
		if err != nil {
			return nil, "", fmt.Errorf("list releases: %w", err)
		}
		items = append(items, r.hide().Release)
	}
	if len(items) > size {
		items = items[:size]
		last := items[size-1]
		next = cursor{last.UpdatedAt.UnixMilli(), last.ID}.String()
	}
	return items, next, rows.Err()
}
