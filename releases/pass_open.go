package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/history"
)

// passOpened is what the history calls it.
const passOpened = "pass.open"

// Opened is what the holder of a pass may see: the approved version of a release whose lift is to come.
// Of one that is live, or was, there is nothing but its address.
type Opened struct {
	Pass
	Live    Live
	Written time.Time // when that version was
	Lifted  bool
}

// Open finds what a token opens, without writing it down: see Log. Unknown, revoked, expired, and a
// release that waits for no lift are one answer, ErrNotFound, for the same work.
func (p *Passes) Open(ctx context.Context, token string) (Opened, error) {
	now := p.desk.now()
	var o Opened
	var pass passRow
	var n newsroomRow
	var slug, content string
	var lift, written sql.NullInt64
	columns := append(pass.columns(), &slug, &lift, &o.Live.Zone, &o.Live.Version, &content, &written)
	err := p.desk.db.QueryRowContext(ctx, `SELECT `+passColumns+`, r.slug, r.lift_at, r.lift_zone, r.approved, v.content, v.created_at, `+newsroomColumns+`
		FROM passes p JOIN releases r ON r.id = p.release_id`+liveJoins+`
		WHERE p.hash = $2 AND p.revoked_at IS NULL AND (p.expires_at IS NULL OR p.expires_at > $1) AND r.approved > 0
		AND (r.state = 'scheduled' OR r.state = 'withdrawn' AND r.lift_at <= r.withdrawn_at)`,
		now.UnixMilli(), hashOf(token)).Scan(append(columns, n.columns()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Opened{}, ErrNotFound
	}
	if err != nil {
		return Opened{}, fmt.Errorf("open pass: %w", err)
	}
	o.Pass, o.Live.ID, o.Live.LiftAt = pass.pass(), pass.ReleaseID, instant(lift)
	o.Written = instant(written)
	o.Live.UpdatedAt, o.Lifted = o.Live.LiftAt, !o.Live.LiftAt.After(now)
	if o.Live.Newsroom, err = n.newsroom(); err != nil {
		return Opened{}, err
	}
	if o.Live.Slug, err = p.desk.keys.Open(slugs.Of(o.ReleaseID), slug); err != nil {
		return Opened{}, fmt.Errorf("open pass %s: %w", o.Pass.ID, err)
	}
	if o.Live.Text, err = openText(p.desk.keys, o.ReleaseID, o.Live.Version, content); err != nil {
		return Opened{}, fmt.Errorf("open pass %s: %w", o.Pass.ID, err)
	}
	return o, nil
}

// Waits finds what a token opens while its release has no time set any more, which is nothing: only the
// pass and the newsroom are told, so that its holder learns that the embargo goes on. All else is
// ErrNotFound.
func (p *Passes) Waits(ctx context.Context, token string) (Opened, error) {
	var o Opened
	var pass passRow
	var n newsroomRow
	err := p.desk.db.QueryRowContext(ctx, `SELECT `+passColumns+`, `+newsroomColumns+`
		FROM passes p JOIN releases r ON r.id = p.release_id JOIN newsrooms n ON n.id = r.newsroom_id
		WHERE p.hash = $2 AND p.revoked_at IS NULL AND (p.expires_at IS NULL OR p.expires_at > $1)
		AND r.state IN ('draft', 'submitted', 'approved') AND n.frozen_at IS NULL`,
		p.desk.now().UnixMilli(), hashOf(token)).Scan(append(pass.columns(), n.columns()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Opened{}, ErrNotFound
	}
	if err != nil {
		return Opened{}, fmt.Errorf("pass that waits: %w", err)
	}
	o.Pass = pass.pass()
	o.Live.Newsroom, err = n.newsroom()
	return o, err
}

// Log writes down that a pass was used, before what it opens is handed out.
func (p *Passes) Log(ctx context.Context, o Opened, from, what string) error {
	return transact(ctx, p.desk.db, func(tx *sql.Tx) error { return p.log(ctx, tx, o, from, what) })
}

// log makes the opening a row of the history, whose actor is the pass: whom that names is not told.
func (p *Passes) log(ctx context.Context, tx *sql.Tx, o Opened, from, what string) error {
	who := history.Actor{ID: o.Pass.ID, Name: "pass", From: from}
	return p.desk.record(ctx, tx, p.desk.now(), who, passOpened, o.Live.Newsroom.ID, o.Pass.ID, map[string]any{"what": what, "release": o.ReleaseID, "version": o.Live.Version})
}

// Accept writes down that the holder has accepted the terms. ErrNotFound when the pass was revoked
// meanwhile.
func (p *Passes) Accept(ctx context.Context, o Opened, from string) error {
	return transact(ctx, p.desk.db, func(tx *sql.Tx) error {
		accepted, err := changedOne(tx.ExecContext(ctx, `UPDATE passes SET accepted_at = COALESCE(accepted_at, $1) WHERE id = $2 AND revoked_at IS NULL`,
			p.desk.now().UnixMilli(), o.Pass.ID))
		if err != nil {
			return fmt.Errorf("accept pass %s: %w", o.Pass.ID, err)
		}
		if !accepted {
			return ErrNotFound
		}
		return p.log(ctx, tx, o, from, OpenedAccept)
	})
}
