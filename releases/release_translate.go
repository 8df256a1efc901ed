package releases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"dateline/releases/input"
)

// translate links the release with another of its newsroom as the same news in another language, or,
// with "", takes it out of those it was linked with. All that are linked share a group, so whichever of
// them is named is the same. nil leaves it as it is.
func (c *change) translate(ctx context.Context, of *string, language string, detail map[string]any) error {
	if of == nil || *of == c.r.TranslationOf {
		return c.languageFree(ctx, c.r.translations, language)
	}
	group := ""
	if *of != "" {
		var err error
		if group, err = c.groupOf(ctx, *of); err != nil {
			return err
		}
	}
	if group == c.r.translations && group != "" {
		return c.languageFree(ctx, group, language)
	}
	if err := c.languageFree(ctx, group, language); err != nil {
		return err
	}
	detail["translation_of"] = *of
	return c.update(ctx, `translations = $3`, `translations = $4`, group, c.r.translations)
}

// groupOf is the group of the release that is named, made where it has none yet.
func (c *change) groupOf(ctx context.Context, id string) (group string, err error) {
	unknown := input.Faults{{Field: "translation_of", Message: "fault.translation_of", Args: map[string]any{"Value": id}}}
	if !canBeID(id) || id == c.r.ID {
		return "", unknown
	}
	_, err = c.tx.ExecContext(ctx, `UPDATE releases SET translations = $1 WHERE id = $2 AND newsroom_id = $3 AND translations = '' AND state <> 'deleted'`,
		newID(), id, c.r.Newsroom.ID)
	if err == nil {
		err = c.tx.QueryRowContext(ctx, `SELECT translations FROM releases WHERE id = $1 AND newsroom_id = $2 AND state <> 'deleted'`,
			id, c.r.Newsroom.ID).Scan(&group)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return "", unknown
	}
	if err != nil {
		return "", fmt.Errorf("translation of %s: %w", id, err)
	}
	return group, nil
}

// languageFree refuses a language that another of the group is in: a reader who asks for a language is
// given one page.
func (c *change) languageFree(ctx context.Context, group, language string) error {
	if group == "" {
		return nil
	}
	var taken bool
	err := c.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM releases WHERE translations = $1 AND translations <> '' AND id <> $2
		AND language = $3 AND state NOT IN ('deleted', 'withdrawn'))`, group, c.r.ID, language).Scan(&taken)
	if err != nil {
		return fmt.Errorf("languages of %s: %w", group, err)
	}
	if taken {
		return input.Faults{{Field: "translation_of", Message: "fault.translation_language", Args: map[string]any{"Language": language}}}
	}
	return nil
}

// translateNew links a release that was just made.
func (d *Desk) translateNew(ctx context.Context, tx *sql.Tx, now time.Time, id string, draft Draft, detail map[string]any) error {
	if draft.TranslationOf == nil || *draft.TranslationOf == "" {
		return nil
	}
	if err := lock(ctx, tx, id); err != nil {
		return err
	}
	r, err := readRelease(ctx, tx, d.keys, now, id)
	if err != nil {
		return err
	}
	c := &change{tx: tx, keys: d.keys, r: r, now: now}
	return c.translate(ctx, draft.TranslationOf, draft.Text.Language, detail)
}
