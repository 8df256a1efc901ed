package releases

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/vault"
)

// Versions lists every version, newest first; in a frozen newsroom, only what the world has seen.
func (d *Desk) Versions(ctx context.Context, id string) ([]Version, error) {
	versions, err := readVersions(ctx, d.db, d.keys, id, unhidden)
	if err == nil && versions == nil {
		err = ErrNotFound
	}
	return versions, err
}

// Version finds one by its number, or ErrNotFound.
func (d *Desk) Version(ctx context.Context, id string, number int) (Version, error) {
	versions, err := readVersions(ctx, d.db, d.keys, id, `number = $2 AND `+unhidden, number)
	if err != nil {
		return Version{}, err
	}
	if versions == nil {
		return Version{}, ErrNotFound
	}
	return versions[0], nil
}

// unhidden are versions that the desk may show: in a frozen newsroom the approved one of what is out, or
// has been, and those that it corrected.
const unhidden = `EXISTS (SELECT 1 FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id WHERE r.id = release_id AND (n.frozen_at IS NULL
	OR (r.state = 'scheduled' OR r.state = 'withdrawn' AND r.lift_at <= r.withdrawn_at) AND (r.approved = number OR EXISTS (
		SELECT 1 FROM corrections c WHERE c.release_id = r.id AND c.published_at IS NOT NULL AND c.replaced = number))))`

func readVersions(ctx context.Context, q querier, keys *vault.Keys, id, which string, args ...any) ([]Version, error) {
	if !canBeID(id) {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT number, hash, content, created_by, created_at FROM versions
		WHERE release_id = $1 AND `+which+` ORDER BY number DESC`, append([]any{id}, args...)...)
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
		if v.Text, err = openText(keys, id, v.Number, content); err != nil {
			return nil, err
		}
		v.CreatedAt = instant(created)
		versions = append(versions, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("versions of %s: %w", id, err)
	}
	return versions, nil
}
