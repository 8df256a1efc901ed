package releases

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// newsroomColumns are read by newsroomRow; the table's alias is n.
const newsroomColumns = `n.id, n.slug, n.name, n.language, n.zone, n.email_from, n.reply_to, n.boilerplate, n.topics,
	n.approvals, n.tag_authority, n.created_at, n.updated_at, n.frozen_at, n.frozen_by, n.frozen_reason`

// newsroomRow takes a newsroom's columns as they are stored.
type newsroomRow struct {
	Newsroom
	topics                   string
	created, updated, frozen sql.NullInt64
}

func (r *newsroomRow) columns() []any {
	return []any{&r.ID, &r.Slug, &r.Name, &r.Language, &r.Zone, &r.EmailFrom, &r.ReplyTo, &r.Boilerplate, &r.topics,
		&r.Approvals, &r.TagAuthority, &r.created, &r.updated, &r.frozen, &r.Frozen.By, &r.Frozen.Reason}
}

func (r *newsroomRow) newsroom() (Newsroom, error) {
	n := r.Newsroom
	n.CreatedAt, n.UpdatedAt, n.Frozen.At = instant(r.created), instant(r.updated), instant(r.frozen)
	if err := json.Unmarshal([]byte(r.topics), &n.Topics); err != nil {
		return Newsroom{}, fmt.Errorf("topics of newsroom %s: %w", n.ID, err)
	}
	return n, nil
}

// Newsrooms lists every newsroom by name.
func (d *Desk) Newsrooms(ctx context.Context) ([]Newsroom, error) { return listNewsrooms(ctx, d.db) }

// Newsrooms lists every newsroom by name.
func (p *Public) Newsrooms(ctx context.Context) ([]Newsroom, error) { return listNewsrooms(ctx, p.db) }

// Newsroom finds one by slug or id, or ErrNotFound.
func (d *Desk) Newsroom(ctx context.Context, slugOrID string) (Newsroom, error) {
	return findNewsroom(ctx, d.db, `n.slug = $1 OR n.id = $1`, slugOrID)
}

// Newsroom finds one by its slug, or ErrNotFound.
func (p *Public) Newsroom(ctx context.Context, slug string) (Newsroom, error) {
	return findNewsroom(ctx, p.db, `n.slug = $1`, slug)
}

// NewsroomByID finds one by its id, or ErrNotFound.
func (p *Public) NewsroomByID(ctx context.Context, id string) (Newsroom, error) {
	return findNewsroom(ctx, p.db, `n.id = $1`, id)
}

func listNewsrooms(ctx context.Context, q querier) ([]Newsroom, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+newsroomColumns+` FROM newsrooms n ORDER BY n.name, n.id`)
	if err != nil {
		return nil, fmt.Errorf("list newsrooms: %w", err)
	}
	defer rows.Close()
	var newsrooms []Newsroom
	for rows.Next() {
		var row newsroomRow
		if err := rows.Scan(row.columns()...); err != nil {
			return nil, fmt.Errorf("list newsrooms: %w", err)
		}
		n, err := row.newsroom()
		if err != nil {
			return nil, err
		}
		newsrooms = append(newsrooms, n)
	}
	return newsrooms, rows.Err()
}

func findNewsroom(ctx context.Context, q querier, where, key string) (Newsroom, error) {
	if !canBeID(key) {
		return Newsroom{}, ErrNotFound
	}
	var row newsroomRow
	err := q.QueryRowContext(ctx, `SELECT `+newsroomColumns+` FROM newsrooms n WHERE `+where, key).Scan(row.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Newsroom{}, ErrNotFound
	}
	if err != nil {
		return Newsroom{}, fmt.Errorf("newsroom %s: %w", key, err)
	}
	return row.newsroom()
}
