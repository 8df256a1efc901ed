package releases

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// Address is where a live release is, and when that page last changed: all that a sitemap asks for.
type Address struct {
	ID             string
	Newsroom, Slug string // slugs
	UpdatedAt      time.Time
	Language       string // BCP 47
	Default        string // the newsroom's language
	// Translations are it and what says the same in other languages; none when it stands alone.
	Translations []Address

	translations string // the group that it is one of
}

// addressColumns are read by scanAddresses.
const addressColumns = `n.slug, n.language, r.id, r.slug, r.language, r.translations, COALESCE(r.updated_at, r.lift_at)`

// everything is the list that every release stands in.
var everything = listKey("", "", "", "")

// Count is how many releases are live.
func (p *Public) Count(ctx context.Context, now time.Time) (count int, err error) {
	err = p.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM release_lists l JOIN releases r ON r.id = l.release_id
		WHERE `+live+` AND l.list = $2 AND l.lift_at <= $1`, now.UnixMilli(), everything).Scan(&count)
	if err != nil {
		return 0, fmt.Errorf("count live releases: %w", err)
	}
	return count, nil
}

// Addresses gives one part of all live releases, oldest lift first, in parts of size counted from 0.
// A new release is added at the end, so the parts before it stay as they are.
func (p *Public) Addresses(ctx context.Context, now time.Time, part, size int) ([]Address, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT `+addressColumns+`
		FROM release_lists l JOIN releases r ON r.id = l.release_id JOIN newsrooms n ON n.id = r.newsroom_id
		WHERE `+live+` AND l.list = $2 AND l.lift_at <= $1 ORDER BY l.lift_at, l.release_id LIMIT `+strconv.Itoa(size)+` OFFSET $3`,
		now.UnixMilli(), everything, part*size)
	if err != nil {
		return nil, fmt.Errorf("addresses of live releases: %w", err)
	}
	all, err := p.scanAddresses(rows)
	if err != nil {
		return nil, err
	}
	return all, p.translated(ctx, now, all)
}

func (p *Public) scanAddresses(rows *sql.Rows) (all []Address, err error) {
	defer rows.Close()
	for rows.Next() {
		var a Address
		var sealed string
		var updated int64
		if err := rows.Scan(&a.Newsroom, &a.Default, &a.ID, &sealed, &a.Language, &a.translations, &updated); err != nil {
			return nil, fmt.Errorf("addresses of live releases: %w", err)
		}
		if a.Slug, err = p.keys.Open(slugs.Of(a.ID), sealed); err != nil {
			return nil, fmt.Errorf("addresses of live releases: %w", err)
		}
		a.UpdatedAt = time.UnixMilli(updated).UTC()
		all = append(all, a)
	}
	return all, rows.Err()
}
