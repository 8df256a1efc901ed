package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dateline/releases"
)

// noticeBack is how far back a look goes for pages that search engines have not been told of.
const noticeBack = 48 * time.Hour

// candidate is a release that became public or was changed of late, and differs from when it was noted.
type candidate struct{ release, stamp, url string }

// openNotices notes the pages that search engines are to be told of: what Public shows now, and what it
// no longer shows of those that they have been told of before. Nothing else has an address here.
func (h *Hub) openNotices(ctx context.Context, now time.Time) error {
	if h.settings.IndexNow == "" {
		return nil
	}
	found, err := h.candidates(ctx, now)
	if err != nil {
		return fmt.Errorf("find pages to tell of: %w", err)
	}
	for _, c := range found {
		l, err := h.deps.Public.ByID(ctx, now, c.release)
		if err == nil {
			c.url = h.settings.BaseURL + "/" + l.Newsroom.Slug + "/" + l.Slug
		} else if !errors.Is(err, releases.ErrNotFound) {
			return err
		}
		if c.url == "" {
			continue
		}
		_, err = h.deps.DB.ExecContext(ctx, `INSERT INTO hub_notices (release_id, url, stamp, state, lease, free_at, attempts)
			VALUES ($1, $2, $3, 'queued', '', $4, 0)
			ON CONFLICT (release_id) DO UPDATE SET url = excluded.url, stamp = excluded.stamp, state = 'queued', lease = '', free_at = excluded.free_at, attempts = 0
			WHERE hub_notices.stamp <> excluded.stamp`, c.release, c.url, c.stamp, millis(now))
		if err != nil {
			return fmt.Errorf("note a page: %w", err)
		}
	}
	if len(found) > 0 {
		h.deps.Lane.Announce(ref(refNotices, noticeHost))
	}
	return nil
}

func (h *Hub) candidates(ctx context.Context, now time.Time) (found []candidate, err error) {
	const stamp = `r.state || ' ' || CAST(r.approved AS TEXT) || ' ' || CAST(COALESCE(r.lift_at, 0) AS TEXT) || ' ' || CAST(COALESCE(r.updated_at, 0) AS TEXT)`
	const read = `SELECT r.id, ` + stamp + `, COALESCE(n.url, '') FROM releases r LEFT JOIN hub_notices n ON n.release_id = r.id
		WHERE (n.stamp IS NULL OR n.stamp <> ` + stamp + `)`
	rows, err := h.deps.DB.QueryContext(ctx, read+` AND r.state = 'scheduled' AND r.lift_at > $1 AND r.lift_at <= $2
		UNION `+read+` AND r.changed_at > $1 AND (r.state = 'scheduled' AND r.lift_at <= $2 OR r.state <> 'scheduled' AND n.url IS NOT NULL)`,
		millis(now.Add(-noticeBack)), millis(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.release, &c.stamp, &c.url); err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, rows.Err()
}
