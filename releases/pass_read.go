package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"dateline/releases/history"
)

const passColumns = `p.id, p.release_id, p.name, p.outlet, p.email, p.language, p.created_by, p.created_at, p.expires_at, p.accepted_at, p.revoked_at`

// passRow takes a pass's columns as they are stored.
type passRow struct {
	Pass
	created, expires, accepted, revoked sql.NullInt64
}

func (r *passRow) columns() []any {
	return []any{&r.ID, &r.ReleaseID, &r.Name, &r.Outlet, &r.Email, &r.Language, &r.CreatedBy, &r.created, &r.expires, &r.accepted, &r.revoked}
}

func (r *passRow) pass() Pass {
	p := r.Pass
	p.CreatedAt, p.ExpiresAt, p.AcceptedAt, p.RevokedAt = instant(r.created), instant(r.expires), instant(r.accepted), instant(r.revoked)
	return p
}

// Of lists the passes of a release, the first given first, revoked ones too.
func (p *Passes) Of(ctx context.Context, releaseID string) ([]Pass, error) {
	rows, err := p.desk.db.QueryContext(ctx, `SELECT `+passColumns+` FROM passes p WHERE p.release_id = $1 ORDER BY p.created_at, p.id`, releaseID)
	if err != nil {
		return nil, fmt.Errorf("passes of %s: %w", releaseID, err)
	}
	defer rows.Close()
	var list []Pass
	for rows.Next() {
		var r passRow
		if err := rows.Scan(r.columns()...); err != nil {
			return nil, fmt.Errorf("passes of %s: %w", releaseID, err)
		}
		list = append(list, r.pass())
	}
	return list, rows.Err()
}

// Pass finds one of a release's, or ErrNotFound.
func (p *Passes) Pass(ctx context.Context, releaseID, passID string) (Pass, error) {
	pass, err := p.pass(ctx, passID)
	if err == nil && pass.ReleaseID != releaseID {
		return Pass{}, ErrNotFound
	}
	return pass, err
}

func (p *Passes) pass(ctx context.Context, id string) (Pass, error) {
	if !canBeID(id) {
		return Pass{}, ErrNotFound
	}
	var r passRow
	err := p.desk.db.QueryRowContext(ctx, `SELECT `+passColumns+` FROM passes p WHERE p.id = $1`, id).Scan(r.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Pass{}, ErrNotFound
	}
	if err != nil {
		return Pass{}, fmt.Errorf("pass %s: %w", id, err)
	}
	return r.pass(), nil
}

// Openings lists every use of a pass, the first first. They are rows of the history, which can't be
// changed without its being seen.
func (p *Passes) Openings(ctx context.Context, passID string) ([]Opening, error) {
	rows, err := history.Of(ctx, p.desk.db, passID, passOpened)
	if err != nil {
		return nil, err
	}
	list := make([]Opening, len(rows))
	for i, row := range rows {
		what, _ := row.Detail["what"].(string)
		list[i] = Opening{ID: strconv.FormatInt(row.Seq, 10), At: row.At, From: row.Who.From, What: what}
	}
	return list, nil
}
