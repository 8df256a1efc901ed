package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/vault"
)

// Public reads for strangers. Nothing that is not live at now can come out of it.
type Public struct {
	db   *sql.DB
	keys *vault.Keys
}

// NewPublic reads from db, whose texts keys opens.
func NewPublic(db *sql.DB, keys *vault.Keys) *Public { return &Public{db: db, keys: keys} }

// live is the embargo: what the world may see of releases r at the instant $1. Every query of Public
// for releases has it.
const live = `r.state = 'scheduled' AND r.approved > 0 AND r.lift_at <= $1`

// liveColumns are read by scanLive; v is the approved version.
const liveColumns = `r.id, r.slug, r.approved, r.lift_at, r.lift_zone, r.updated_at, r.backdated, v.content, ` + newsroomColumns

const liveJoins = ` JOIN versions v ON v.release_id = r.id AND v.number = r.approved
	JOIN newsrooms n ON n.id = r.newsroom_id `

func scanLive(keys *vault.Keys, row scanner) (Live, error) {
	var l Live
	var n newsroomRow
	var lift, updated sql.NullInt64
	var slug, content string
	err := row.Scan(append([]any{&l.ID, &slug, &l.Version, &lift, &l.Zone, &updated, &l.Backdated, &content}, n.columns()...)...)
	if err != nil {
		return Live{}, err
	}
	l.LiftAt, l.UpdatedAt = instant(lift), instant(lift)
	if updated.Valid {
		l.UpdatedAt = instant(updated)
	}
	if l.Slug, err = keys.Open(slugs.Of(l.ID), slug); err != nil {
		return Live{}, err
	}
	if l.Text, err = openText(keys, l.ID, l.Version, content); err != nil {
		return Live{}, err
	}
	l.Newsroom, err = n.newsroom()
	return l, err
}

// Release finds a live release by its address. A former address gives *Moved; all else ErrNotFound.
func (p *Public) Release(ctx context.Context, now time.Time, newsroom, slug string) (Live, error) {
	if !canBeID(newsroom) || !canBeID(slug) {
		return Live{}, ErrNotFound
	}
	args := []any{now.UnixMilli(), newsroom}
	l, err := p.one(ctx, ` FROM newsrooms a JOIN release_slugs s ON s.newsroom_id = a.id JOIN releases r ON r.id = s.release_id`+
		liveJoins+`WHERE `+live+` AND a.slug = $2 AND `+bySlug(p.keys, slug, &args), args...)
	if err == nil && l.Slug != slug {
		return Live{}, &Moved{Slug: l.Slug}
	}
	return l, err
}

// ByID finds a live release by its id, or ErrNotFound.
func (p *Public) ByID(ctx context.Context, now time.Time, id string) (Live, error) {
	if !canBeID(id) {
		return Live{}, ErrNotFound
	}
	return p.one(ctx, ` FROM releases r`+liveJoins+`WHERE `+live+` AND r.id = $2`, now.UnixMilli(), id)
}

// one is the only query of its method, so that what is embargoed costs what is missing costs.
func (p *Public) one(ctx context.Context, from string, args ...any) (Live, error) {
	l, err := scanLive(p.keys, p.db.QueryRowContext(ctx, `SELECT `+liveColumns+from, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Live{}, ErrNotFound
	}
	if err != nil {
		return Live{}, fmt.Errorf("public release: %w", err)
	}
	return l, nil
}

// NextLift is the earliest lift after now, zero when none is set. It bounds how long the server may
// keep a rendered list; it must not reach a stranger, not even as a max-age.
func (p *Public) NextLift(ctx context.Context, now time.Time) (time.Time, error) {
	var next sql.NullInt64
	err := p.db.QueryRowContext(ctx, `SELECT MIN(lift_at) FROM releases WHERE state = 'scheduled' AND lift_at > $1`,
		now.UnixMilli()).Scan(&next)
	if err != nil {
		return time.Time{}, fmt.Errorf("next lift: %w", err)
	}
	return instant(next), nil
}
