package releases

import (
	"context"
	"errors"
	"fmt"

	"dateline/releases/history"
	"dateline/releases/input"
)

// CorrectionInput is a corrected text and what the world is told of it. The address stays.
type CorrectionInput struct {
	Text Text
	Note string // what was wrong and what is right, for readers
	Mail bool   // tell those who were mailed what it corrects
	// TranslationOf is as in Draft.
	TranslationOf *string
}

// Correct saves a new version of a live release on top of version base (0: the one that the world sees)
// with a note that is shown once the version is approved. approve approves it in the same breath, where
// one person is enough.
func (d *Desk) Correct(ctx context.Context, who history.Actor, id string, base int, in CorrectionInput, approve bool) (Saved, error) {
	var notices []Notice
	r, err := d.change(ctx, who, id, "release.correct", func(c *change) (map[string]any, error) {
		if c.r.State != StateLive {
			return nil, c.conflict("conflict.not_live")
		}
		if base == 0 {
			base = c.r.Approved
		}
		if base != c.r.Version {
			return nil, c.stale(base)
		}
		note, text, told, err := checkCorrection(in, c.r.Newsroom)
		if err != nil {
			return nil, err
		}
		notices = told
		text.Files = c.r.Text.Files
		detail := map[string]any{"mail": in.Mail}
		if err := c.correct(ctx, who, text, note, in.Mail, detail); err != nil {
			return nil, err
		}
		if err := c.translate(ctx, in.TranslationOf, text.Language, detail); err != nil {
			return nil, err
		}
		if approve && c.r.Newsroom.Approvals < 2 {
			return detail, c.approveCorrection(ctx, d, who)
		}
		return detail, nil
	})
	return Saved{Release: r, Notices: notices}, err
}

// checkCorrection finds every fault of note and text.
func checkCorrection(in CorrectionInput, n Newsroom) (note string, text Text, told []Notice, err error) {
	var c check
	note = c.note("note", in.Note)
	draft, told, err := checkDraft(Draft{Text: in.Text}, n)
	var faults input.Faults
	if err != nil && !errors.As(err, &faults) {
		return "", Text{}, nil, err
	}
	return note, draft.Text, append(c.notices, told...), append(c.faults, faults...).Err()
}

// correct saves the text and its note. A note that still waited for approval gives way to this one,
// which tells of all that differs from what the world sees.
func (c *change) correct(ctx context.Context, who history.Actor, text Text, note string, mail bool, detail map[string]any) error {
	if err := c.editText(ctx, who, text, detail); err != nil {
		return err
	}
	var err error
	if c.r, err = readRelease(ctx, c.tx, c.keys, c.now, c.r.ID); err != nil {
		return err
	}
	if c.r.Version == c.r.Approved {
		return input.Faults{{Field: "note", Message: "fault.correction_unchanged"}}
	}
	if _, err := c.tx.ExecContext(ctx, `DELETE FROM corrections WHERE release_id = $1 AND published_at IS NULL`, c.r.ID); err != nil {
		return fmt.Errorf("correct: %w", err)
	}
	_, err = c.tx.ExecContext(ctx, `INSERT INTO corrections (release_id, version, note, mail, replaced, shown) VALUES ($1, $2, $3, $4, 0, 0)`,
		c.r.ID, c.r.Version, c.keys.Seal(notes.Of(c.r.ID, c.r.Version), note), mail)
	if err != nil {
		return fmt.Errorf("correct: %w", err)
	}
	return nil
}

func (c *change) approveCorrection(ctx context.Context, d *Desk, who history.Actor) error {
	if err := c.approve(ctx, who); err != nil {
		return err
	}
	return d.record(ctx, c.tx, c.now, who, "release.approve", c.r.Newsroom.ID, c.r.ID, map[string]any{"version": c.r.Version, "hash": c.r.Hash})
}

// publishCorrections tells the world of the notes that came with the text which it sees from now on.
func (c *change) publishCorrections(ctx context.Context) error {
	_, err := c.tx.ExecContext(ctx, `UPDATE corrections SET published_at = $1, replaced = $2, shown = $3
		WHERE release_id = $4 AND published_at IS NULL AND version <= $3`, c.now.UnixMilli(), c.r.Approved, c.r.Version, c.r.ID)
	if err != nil {
		return fmt.Errorf("publish corrections of %s: %w", c.r.ID, err)
	}
	return nil
}
