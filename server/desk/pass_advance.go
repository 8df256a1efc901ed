package desk

import (
	"errors"

	"dateline/jobs"
	"dateline/releases"
)

// sendAdvance mails the approved text to those with a pass who have accepted its terms.
func sendAdvance(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	d, err := r.deps.Ledger.SendAdvance(r.ctx(), r.actor(), release.ID)
	if errors.Is(err, jobs.ErrConflict) {
		err = &releases.Conflict{Message: "conflict.advance", Current: release}
	}
	if p, again := r.wrongInput(err); again {
		return r.passesPage(p.Status, release, nil, nil, p)
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: "editorial.told_advance", Args: map[string]any{"Count": d.Audience}})
	return r.redirect("/desk/releases/" + release.ID + "/passes")
}

// addAdvance adds what was mailed in advance, and how many could be now.
func (r *request) addAdvance(data *passesPage) error {
	all, err := r.deps.Ledger.OfRelease(r.ctx(), data.Release.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Kind == jobs.OfAdvance {
			data.Advances = append(data.Advances, r.dispatchRow(d, data.Release.Text.Headline))
		}
	}
	for _, row := range data.Passes {
		if row.Valid && !row.AcceptedAt.IsZero() {
			data.Accepted++
		}
	}
	return nil
}
