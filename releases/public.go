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

// withdrawn is what was live at some time and has been taken back by $1. The world sees a notice of it.
const withdrawn = `r.state = 'withdrawn' AND r.approved > 0 AND r.lift_at <= r.withdrawn_at AND r.withdrawn_at <= $1`

// liveColumns are read by scanLive; v is the approved version. The text of what was published in error
// stays in the database.
const liveColumns = `r.id, r.slug, r.state, r.kind, r.language, r.approved, r.lift_at, r.lift_zone, r.updated_at, r.backdated,
	CASE WHEN r.withdrawn_error THEN '' ELSE v.content END, r.withdrawn_at, r.withdrawn_reason, r.withdrawn_error, r.replaced_by,
	r.translations, ` + newsroomColumns

const liveJoins = ` JOIN versions v ON v.release_id = r.id AND v.number = r.approved
	JOIN newsrooms n ON n.id = r.newsroom_id `

// scanLive reads a release that is live, or the notice in its place and which release replaced it.
func scanLive(keys *vault.Keys, row scanner) (l Live, replacedBy string, err error) {
	var n newsroomRow
	var state State
	var kind Kind
	var slug, language, content string
	var lift, updated, at sql.NullInt64
	var w Withdrawn
	err = row.Scan(append([]any{&l.ID, &slug, &state, &kind, &language, &l.Version, &lift, &l.Zone, &updated, &l.Backdated,
		&content, &at, &w.Reason, &w.InError, &replacedBy, &l.translations}, n.columns()...)...)
	if err != nil {
		return Live{}, "", err
	}
	l.LiftAt, l.UpdatedAt = instant(lift), instant(lift)
	if updated.Valid {
		l.UpdatedAt = instant(updated)
	}
	if l.Slug, err = keys.Open(slugs.Of(l.ID), slug); err != nil {
		return Live{}, "", err
	}
	if content != "" {
		if l.Text, err = openText(keys, l.ID, l.Version, content); err != nil {
			return Live{}, "", err
		}
	}
	if l.Newsroom, err = n.newsroom(); err != nil {
		return Live{}, "", err
	}
	if state == StateWithdrawn {
		if w.Reason, err = keys.OpenFilled(withdrawalReasons.Of(l.ID), w.Reason); err != nil {
			return Live{}, "", err
		}
		w.ID, w.Newsroom, w.Slug, w.Version, w.Kind, w.Language, w.Headline = l.ID, l.Newsroom, l.Slug, l.Version, kind, language, l.Text.Headline
		w.LiftAt, w.Zone, w.At = l.LiftAt, l.Zone, instant(at)
		for _, picture := range l.Text.Pictures() {
			w.Pictures = append(w.Pictures, picture.ID)
		}
		backdated := l.Backdated
		l = w.Notice()
		l.Backdated = backdated
	}
	return l, replacedBy, nil
}

// Release finds a live release by its address. A former address gives *Moved, one that was withdrawn
// *Withdrawn; all else ErrNotFound.
func (p *Public) Release(ctx context.Context, now time.Time, newsroom, slug string) (Live, error) {
	if !canBeID(newsroom) || !canBeID(slug) {
		return Live{}, ErrNotFound
	}
	args := []any{now.UnixMilli(), newsroom}
	where := ` AND a.slug = $2 AND ` + bySlug(p.keys, &args, slug)
	l, err := p.one(ctx, now, ` FROM newsrooms a JOIN release_slugs s ON s.newsroom_id = a.id JOIN releases r ON r.id = s.release_id`, where, args...)
	present := l.Slug
	if gone := (*Withdrawn)(nil); errors.As(err, &gone) {
		present = gone.Slug
	}
	if present != "" && present != slug {
		return Live{}, &Moved{Slug: present}
	}
	return l, err
}

// ByID finds a live release by its id: *Withdrawn for one that was, else ErrNotFound.
func (p *Public) ByID(ctx context.Context, now time.Time, id string) (Live, error) {
	if !canBeID(id) {
		return Live{}, ErrNotFound
	}
	return p.one(ctx, now, ` FROM releases r`, ` AND r.id = $2`, now.UnixMilli(), id)
}

// one asks with now as $1, and asks the same of what is embargoed as of what is missing, so that both cost the same. Only what
// the world sees is asked more about.
func (p *Public) one(ctx context.Context, now time.Time, from, where string, args ...any) (Live, error) {
	l, replacedBy, err := scanLive(p.keys, p.db.QueryRowContext(ctx, `SELECT `+liveColumns+from+liveJoins+
		`WHERE (`+live+` OR `+withdrawn+`)`+where, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Live{}, ErrNotFound
	}
	if err != nil {
		return Live{}, fmt.Errorf("public release: %w", err)
	}
	if l.Withdrawn != nil {
		if err := p.addReplacement(ctx, now, l.Withdrawn, replacedBy); err != nil {
			return Live{}, err
		}
		return Live{}, l.Withdrawn
	}
	items := []Live{l}
	err = errors.Join(p.addCorrections(ctx, now, items), p.addTranslations(ctx, now, items))
	return items[0], err
}

// addReplacement adds what was published in place of a withdrawn release, while that is live.
func (p *Public) addReplacement(ctx context.Context, now time.Time, n *Withdrawn, id string) error {
	if id == "" {
		return nil
	}
	l, err := p.ByID(ctx, now, id)
	switch gone := (*Withdrawn)(nil); {
	case err == nil:
		n.Replacement = &l
	case !errors.Is(err, ErrNotFound) && !errors.As(err, &gone):
		return err
	}
	return nil
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
