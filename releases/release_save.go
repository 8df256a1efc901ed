package releases

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"dateline/releases/history"
	"dateline/releases/vault"
)

// Saved is a release after a change, and what was done to the input that its writer should know,
// such as control characters taken out or pictures that no reader will see.
type Saved struct {
	Release
	Notices []Notice
}

// Create saves the first version of a release.
func (d *Desk) Create(ctx context.Context, who history.Actor, newsroomID string, in Draft) (Saved, error) {
	var saved Saved
	err := transact(ctx, d.db, func(tx *sql.Tx) error {
		newsroom, err := findNewsroom(ctx, tx, `n.id = $1`, newsroomID)
		if err == nil && newsroom.Frozen.Is() {
			err = &Conflict{Message: "conflict.frozen"}
		}
		if err != nil {
			return err
		}
		draft, notices, err := checkDraft(in, newsroom)
		if err != nil {
			return err
		}
		now := d.now()
		wish := cmp.Or(draft.Slug, headlineSlug(draft.Text))
		id, slug, err := insertRelease(ctx, tx, d.keys, now, newsroom.ID, wish, draft)
		if err != nil {
			return err
		}
		hash, err := insertVersion(ctx, tx, d.keys, now, who, id, 1, draft.Text)
		if err != nil {
			return err
		}
		if err := writeTopics(ctx, tx, id, draft.Text.Topics); err != nil {
			return err
		}
		detail := map[string]any{"version": 1, "hash": hash}
		if err := d.translateNew(ctx, tx, now, id, draft, detail); err != nil {
			return err
		}
		err = d.record(ctx, tx, now, who, "release.create", newsroom.ID, id, detail)
		if err != nil {
			return err
		}
		notices = append(notices, slugNotice(wish, slug)...)
		created, err := readRelease(ctx, tx, d.keys, now, id)
		saved = Saved{Release: created.Release, Notices: notices}
		return err
	})
	if err != nil {
		return Saved{}, fmt.Errorf("create release: %w", err)
	}
	return saved, nil
}

func insertRelease(ctx context.Context, tx *sql.Tx, keys *vault.Keys, now time.Time, newsroomID, wish string, draft Draft) (id, slug string, err error) {
	id = newID()
	_, err = tx.ExecContext(ctx, `INSERT INTO releases (id, newsroom_id, slug, slug_chosen, state, kind, language, version,
			approved, approved_by, submitted_by, submitted_by_id, lift_local, lift_zone, backdated, created_at, changed_at)
		VALUES ($1, $2, '', $3, $4, $5, $6, 1, 0, '', '', '', '', '', $7, $8, $8)`,
		id, newsroomID, draft.Slug != "", StateDraft, draft.Text.Kind, draft.Text.Language, false, now.UnixMilli())
	if err != nil {
		return "", "", err
	}
	// The address refers to the release, so it comes second.
	if slug, err = claimSlug(ctx, tx, keys, newsroomID, id, wish); err != nil {
		return "", "", err
	}
	_, err = tx.ExecContext(ctx, `UPDATE releases SET slug = $2 WHERE id = $1`, id, keys.Seal(slugs.Of(id), slug))
	return id, slug, err
}

func insertVersion(ctx context.Context, tx *sql.Tx, keys *vault.Keys, now time.Time, who history.Actor, id string, number int, text Text) (hash string, err error) {
	content, hash, err := sealText(keys, id, number, text)
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO versions (release_id, number, hash, content, created_by, created_by_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, number, hash, content, who.Name, who.ID, now.UnixMilli())
	if err != nil {
		return "", fmt.Errorf("version %d of %s: %w", number, id, err)
	}
	return hash, nil
}

func writeTopics(ctx context.Context, tx *sql.Tx, id string, topics []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM release_topics WHERE release_id = $1`, id); err != nil {
		return fmt.Errorf("topics of %s: %w", id, err)
	}
	for _, topic := range topics {
		if _, err := tx.ExecContext(ctx, `INSERT INTO release_topics (release_id, topic) VALUES ($1, $2)`, id, topic); err != nil {
			return fmt.Errorf("topics of %s: %w", id, err)
		}
	}
	return nil
}
