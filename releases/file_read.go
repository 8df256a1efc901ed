package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// File finds a file of a live release by its id, and the release: *Withdrawn of one that was; else
// ErrNotFound. One that the
// version which the world sees does not have is not there.
func (p *Public) File(ctx context.Context, now time.Time, id string) (File, Live, error) {
	if !canBeID(id) {
		return File{}, Live{}, ErrNotFound
	}
	l, err := p.one(ctx, now, ` FROM release_files f JOIN releases r ON r.id = f.release_id`, ` AND f.id = $2`, now.UnixMilli(), id)
	if err != nil {
		return File{}, Live{}, err
	}
	file, ok := l.Text.File(id)
	if !ok {
		return File{}, Live{}, ErrNotFound
	}
	return file, l, nil
}

// File finds a file by its id, as the newest version that has it describes it, and its release.
func (d *Desk) File(ctx context.Context, id string) (File, Release, error) {
	if !canBeID(id) {
		return File{}, Release{}, ErrNotFound
	}
	var release string
	err := d.db.QueryRowContext(ctx, `SELECT release_id FROM release_files WHERE id = $1`, id).Scan(&release)
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, Release{}, ErrNotFound
	}
	if err != nil {
		return File{}, Release{}, fmt.Errorf("file %s: %w", id, err)
	}
	r, err := d.Release(ctx, release)
	if err != nil {
		return File{}, Release{}, err
	}
	versions, err := d.Versions(ctx, release)
	if err != nil {
		return File{}, Release{}, err // ErrNotFound where a freeze hides them all
	}
	for _, v := range versions {
		if file, ok := v.Text.File(id); ok {
			return file, r, nil
		}
	}
	return File{}, Release{}, ErrNotFound
}

// HasFile says whether any release has or had a file.
func (d *Desk) HasFile(ctx context.Context, id string) (bool, error) {
	var has bool
	err := d.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM release_files WHERE id = $1)`, id).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("has file %s: %w", id, err)
	}
	return has, nil
}
