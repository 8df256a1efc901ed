package desk

import (
	"maps"
	"net/url"

	"dateline/releases"
	"dateline/server/auth"
)

// correctRelease saves a corrected text of a live release with a note for its readers. Where one person
// is enough and the officer may approve, the world has it at once.
func correctRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	draft := draftOf(typed)
	saved, err := r.deps.Releases.Correct(r.ctx(), r.actor(), release.ID, number(typed.Get("version")), releases.CorrectionInput{
		Text: draft.Text, Note: typed.Get("note"), Mail: typed.Get("mail") == "yes", TranslationOf: draft.TranslationOf,
	}, r.may(auth.Approver))
	if err != nil {
		return r.textRefused(err, release, typed)
	}
	r.deps.Engine.Wake()
	list := r.savedNotices(saved, typed)
	if saved.Approved == saved.Version {
		list = append(list, notice{Message: "editorial.told_corrected"})
	} else {
		list = append(list, notice{Message: "editorial.told_correction_waits"})
	}
	r.tell(list...)
	return r.redirect("/desk/releases/" + saved.ID)
}

// correctionFields ask for what goes with a corrected text. The note is not marked as required, since the
// same form saves a minor edit, which has none.
func (r *request) correctionFields() []field {
	return []field{
		{Name: "note", Type: "area", Rows: 3, Label: "editorial.label_note", Help: "editorial.help_note"},
		{Name: "mail", Type: "checks", Label: "editorial.label_mail", Options: []option{{Value: "yes", Label: r.say.T("editorial.mail")}}},
	}
}

// correctionValues mail the correction unless somebody has said otherwise.
func correctionValues(values url.Values, typed bool) url.Values {
	if typed {
		return values
	}
	filled := maps.Clone(values)
	filled.Set("mail", "yes")
	return filled
}
