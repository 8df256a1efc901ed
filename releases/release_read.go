package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/vault"
)

// releaseColumns are read by scanRelease; releases is r, its newest version v, its newsroom n.
const releaseColumns = `r.id, r.slug, r.slug_chosen, r.state, r.version, r.approved, r.approved_by, r.submitted_by,
	r.submitted_by_id, r.lift_at, r.lift_local, r.lift_zone, r.backdated, r.created_at, r.changed_at, v.hash, v.content,
	v.created_by_id, ` + newsroomColumns

const releaseTables = ` FROM releases r JOIN versions v ON v.release_id = r.id AND v.number = r.version
	JOIN newsrooms n ON n.id = r.newsroom_id `

// stored is a release with what only the rules ask about.
type stored struct {
	Release
	sealedSlug    string
	slugChosen    bool
	submittedByID string
	writtenByID   string // who wrote the newest version
}

// Release finds one by id, or ErrNotFound.
func (d *Desk) Release(ctx context.Context, id string) (Release, error) {
	r, err := readRelease(ctx, d.db, d.keys, d.now(), id)
	return r.Release, err
}

func readRelease(ctx context.Context, q querier, keys *vault.Keys, now time.Time, id string) (stored, error) {
	if !canBeID(id) {
		return stored{}, ErrNotFound
	}
	r, err := scanRelease(keys, q.QueryRowContext(ctx, `SELECT `+releaseColumns+releaseTables+`WHERE r.id = $1`, id), now)
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, ErrNotFound
	}
	if err != nil {
		return stored{}, fmt.Errorf("release %s: %w", id, err)
	}
	return r, nil
}

func scanRelease(keys *vault.Keys, row scanner, now time.Time) (stored, error) {
	var r stored
	var n newsroomRow
	var lift, created, changed sql.NullInt64
	var content string
	err := row.Scan(append([]any{&r.ID, &r.sealedSlug, &r.slugChosen, &r.State, &r.Version, &r.Approved, &r.ApprovedBy, &r.SubmittedBy,
		&r.submittedByID, &lift, &r.LiftLocal, &r.Zone, &r.Backdated, &created, &changed, &r.Hash, &content,
		&r.writtenByID}, n.columns()...)...)
	if err != nil {
		return stored{}, err
	}
	r.LiftAt, r.CreatedAt, r.UpdatedAt = instant(lift), instant(created), instant(changed)
	if r.Slug, err = keys.Open(slugs.Of(r.ID), r.sealedSlug); err != nil {
		return stored{}, err
	}
	if r.Text, err = openText(keys, r.ID, r.Version, content); err != nil {
		return stored{}, err
	}
	if r.Newsroom, err = n.newsroom(); err != nil {
		return stored{}, err
	}
	if r.Zone == "" {
		r.Zone = r.Newsroom.Zone
	}
	if r.State == StateScheduled && !r.LiftAt.After(now) {
		r.State = StateLive
	}
	return r, nil
}

// Versions lists every version, newest first.
func (d *Desk) Versions(ctx context.Context, id string) ([]Version, error) {
	if !canBeID(id) {
		return nil, ErrNotFound
	}
	rows, err := d.db.QueryContext(ctx, `SELECT number, hash, content, created_by, created_at FROM versions
		WHERE release_id = $1 ORDER BY number DESC`, id)
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", id, err)
	}
	defer rows.Close()
	var versions []Version
	for rows.Next() {
		var v Version
		var content string
		var created sql.NullInt64
		if err := rows.Scan(&v.Number, &v.Hash, &content, &v.CreatedBy, &created); err != nil {
			return nil, fmt.Errorf("versions of %s: %w", id, err)
		}
		if v.Text, err = openText(d.keys, id, v.Number, content); err != nil {
			return nil, err
		}
		v.CreatedAt = instant(created)
		versions = append(versions, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("versions of %s: %w", id, err)
	}
	if versions == nil {
		return nil, ErrNotFound
	}
	return versions, nil
}
