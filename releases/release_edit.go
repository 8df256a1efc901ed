package releases

import (
	"context"

	"dateline/releases/history"
	"dateline/releases/input"
)

// Edit saves a new version on top of version base. When base is no longer the newest it returns a
// *Conflict with the release as it stands. Before the lift is set, an edit makes the release a draft
// again; a scheduled or live release keeps its approved text until the new version is approved. A
// text that changes nothing makes no version.
func (d *Desk) Edit(ctx context.Context, who history.Actor, id string, base int, in Draft) (Saved, error) {
	var notices []Notice
	r, err := d.change(ctx, who, id, "release.edit", func(c *change) (map[string]any, error) {
		if base != c.r.Version {
			return nil, c.stale(base)
		}
		draft, told, err := checkDraft(in, c.r.Newsroom)
		if err != nil {
			return nil, err
		}
		notices = told
		draft.Text.Files = c.r.Text.Files // which are changed one at a time, by AddFile and its like
		detail := map[string]any{}
		if err := c.editText(ctx, who, draft.Text, detail); err != nil {
			return nil, err
		}
		if err := c.translate(ctx, draft.TranslationOf, draft.Text.Language, detail); err != nil {
			return nil, err
		}
		told, err = c.editSlug(ctx, draft, detail)
		notices = append(notices, told...)
		if err != nil || len(detail) == 0 {
			return nil, err
		}
		return detail, nil
	})
	return Saved{Release: r, Notices: notices}, err
}

func (c *change) editText(ctx context.Context, who history.Actor, text Text, detail map[string]any) error {
	same, err := sameText(text, c.r.Text)
	if err != nil || same {
		return err
	}
	version := c.r.Version + 1
	hash, err := insertVersion(ctx, c.tx, c.keys, c.now, who, c.r.ID, version, text)
	if err != nil {
		return err
	}
	detail["version"], detail["hash"] = version, hash
	if c.r.State == StateScheduled || c.r.State == StateLive {
		return c.update(ctx, `version = $3`, `state = 'scheduled' AND version = $4`, version, c.r.Version)
	}
	if err := writeTopics(ctx, c.tx, c.r.ID, text.Topics); err != nil {
		return err
	}
	return c.update(ctx, `version = $3, state = 'draft', approved = 0, approved_by = '', submitted_by = '', submitted_by_id = '',
		kind = $4, language = $5`, `state = $6 AND version = $7`, version, text.Kind, text.Language, c.r.State, c.r.Version)
}

// editSlug gives the release the address wished for, or one that follows the headline while nobody
// has chosen one and no time is set: words that nobody has approved stand in no address that the world will see. A
// former address of a live release is kept.
func (c *change) editSlug(ctx context.Context, draft Draft, detail map[string]any) ([]Notice, error) {
	timed := c.r.State == StateScheduled || c.r.State == StateLive
	wish, chosen := draft.Slug, true
	if wish == "" {
		wish, chosen = headlineSlug(draft.Text), false
		if c.r.slugChosen || timed || draft.Text.Headline == c.r.Text.Headline {
			return nil, nil
		}
	}
	if wish == c.r.Slug {
		return nil, nil
	}
	if timed && !draft.MayMove {
		return nil, input.Faults{{Field: "slug", Message: "fault.slug_approver"}}
	}
	slug, err := claimSlug(ctx, c.tx, c.keys, c.r.Newsroom.ID, c.r.ID, wish)
	if err != nil || slug == c.r.Slug {
		return slugNotice(wish, slug), err
	}
	if c.r.State != StateLive {
		if err := dropSlug(ctx, c.tx, c.keys, c.r.Newsroom.ID, c.r.ID, c.r.Slug); err != nil {
			return nil, err
		}
	}
	detail["address"] = "changed" // which it is would give the headline away
	return slugNotice(wish, slug), c.update(ctx, `slug = $3, slug_chosen = $4`, `slug = $5`, c.keys.Seal(slugs.Of(c.r.ID), slug), chosen, c.r.sealedSlug)
}
