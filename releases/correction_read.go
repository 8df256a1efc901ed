package releases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"dateline/releases/vault"
)

// notes are sealed: until they are approved they tell of a text that nobody has seen.
var notes = vault.Column{Table: "corrections", Name: "note", Key: []string{"release_id", "version"}}

// Corrections lists what the text of a release has been corrected by, newest first. One that waits for
// approval has no At, and is left out while the newsroom is frozen.
func (d *Desk) Corrections(ctx context.Context, id string) ([]Correction, error) {
	byRelease, err := readCorrections(ctx, d.db, d.keys, `c.release_id = $1 AND (c.published_at IS NOT NULL OR EXISTS (
		SELECT 1 FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id WHERE r.id = $1 AND n.frozen_at IS NULL))`, id)
	return byRelease[id], err
}

// addCorrections adds to releases, all of them live, how they have been corrected. A note to a text
// that was approved since they were read waits for the next time.
func (p *Public) addCorrections(ctx context.Context, now time.Time, items []Live) error {
	places, args := make([]string, len(items)), []any{now.UnixMilli()}
	for i, l := range items {
		args = append(args, l.ID)
		places[i] = fmt.Sprintf("$%d", len(args))
	}
	if len(items) == 0 {
		return nil
	}
	byRelease, err := readCorrections(ctx, p.db, p.keys, `c.published_at <= $1 AND c.release_id IN (`+strings.Join(places, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	for i := range items {
		for _, c := range byRelease[items[i].ID] {
			if c.Shown <= items[i].Version && items[i].Withdrawn == nil {
				items[i].Corrections = append(items[i].Corrections, c)
			}
		}
	}
	return nil
}

func readCorrections(ctx context.Context, q querier, keys *vault.Keys, where string, args ...any) (map[string][]Correction, error) {
	rows, err := q.QueryContext(ctx, `SELECT c.release_id, c.version, c.note, c.mail, c.replaced, c.shown, c.published_at
		FROM corrections c WHERE `+where+` ORDER BY c.release_id, c.version DESC`, args...)
	if err != nil {
		return nil, fmt.Errorf("corrections: %w", err)
	}
	defer rows.Close()
	byRelease := map[string][]Correction{}
	for rows.Next() {
		var release string
		var c Correction
		var at sql.NullInt64
		if err := rows.Scan(&release, &c.Version, &c.Note, &c.Mail, &c.Replaced, &c.Shown, &at); err != nil {
			return nil, fmt.Errorf("corrections: %w", err)
		}
		if c.Note, err = keys.Open(notes.Of(release, c.Version), c.Note); err != nil {
			return nil, err
		}
		c.At = instant(at)
		byRelease[release] = append(byRelease[release], c)
	}
	return byRelease, rows.Err()
}
