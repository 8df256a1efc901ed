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
	v.created_by_id, r.withdrawn_at, r.withdrawn_reason, r.withdrawn_error, r.replaced_by,
	r.forced_by, r.forced_by_id, r.forced_reason, r.translations,
	COALESCE((SELECT MIN(t.id) FROM releases t WHERE t.translations <> '' AND t.translations = r.translations AND t.id <> r.id
		AND t.state <> 'deleted'), ''), ` + newsroomColumns

const releaseTables = ` FROM releases r JOIN versions v ON v.release_id = r.id AND v.number = r.version
	JOIN newsrooms n ON n.id = r.newsroom_id `

// stored is a release with what only the rules ask about.
type stored struct {
	Release
	sealedSlug   string
	slugChosen   bool
	forcedByID   string
	translations string // the group of those that say the same in other languages
}

// Release finds one by id, or ErrNotFound.
func (d *Desk) Release(ctx context.Context, id string) (Release, error) {
	r, err := readRelease(ctx, d.db, d.keys, d.now(), id)
	if err == nil && r.State == StateDeleted {
		return Release{}, ErrNotFound
	}
	return r.hide().Release, err
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
	var lift, created, changed, gone sql.NullInt64
	var content string
	err := row.Scan(append([]any{&r.ID, &r.sealedSlug, &r.slugChosen, &r.State, &r.Version, &r.Approved, &r.ApprovedBy, &r.SubmittedBy,
		&r.submittedByID, &lift, &r.LiftLocal, &r.Zone, &r.Backdated, &created, &changed, &r.Hash, &content,
		&r.writtenByID, &gone, &r.Withdrawal.Reason, &r.Withdrawal.InError, &r.Withdrawal.ReplacedBy,
		&r.Forced.By, &r.forcedByID, &r.Forced.Reason, &r.translations, &r.TranslationOf}, n.columns()...)...)
	if err != nil {
		return stored{}, err
	}
	r.LiftAt, r.CreatedAt, r.UpdatedAt, r.Withdrawal.At = instant(lift), instant(created), instant(changed), instant(gone)
	if r.Slug, err = keys.Open(slugs.Of(r.ID), r.sealedSlug); err != nil {
		return stored{}, err
	}
	if r.Text, err = openText(keys, r.ID, r.Version, content); err != nil {
		return stored{}, err
	}
	if r.Withdrawal.Reason, err = keys.OpenFilled(withdrawalReasons.Of(r.ID), r.Withdrawal.Reason); err != nil {
		return stored{}, err
	}
	if r.Forced.Reason, err = keys.OpenFilled(forcedReasons.Of(r.ID), r.Forced.Reason); err != nil {
		return stored{}, err
	}
	if r.Newsroom, err = n.newsroom(); err != nil {
		return stored{}, err
	}
	if r.Zone == "" {
		r.Zone = r.Newsroom.Zone
	}
	if r.Approved == 0 {
		r.Forced, r.forcedByID = Forced{}, ""
	}
	if r.State == StateScheduled && !r.LiftAt.After(now) {
		r.State = StateLive
	}
	return r, nil
}
