package desk

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"dateline/releases"
)

// saveRelease saves a new version on top of the one that the form began with. When somebody else has
// saved meanwhile, the page shows their text beside what was typed, which stays in the form: saving
// again then goes on top of theirs, knowingly.
func saveRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	draft := draftOf(typed)
	if draft.Slug == release.Slug {
		draft.Slug = "" // left alone, it may go on following the headline
	}
	saved, err := r.deps.Releases.Edit(r.ctx(), r.actor(), release.ID, number(typed.Get("version")), draft)
	if err != nil {
		return r.textRefused(err, release, typed)
	}
	r.tell(savedNotices(saved)...)
	return r.redirect("/desk/releases/" + saved.ID)
}

// textRefused shows the release with the text as it was typed and what kept it from being saved.
func (r *request) textRefused(err error, release releases.Release, typed url.Values) error {
	p, again := r.wrongInput(err)
	if !again {
		return err
	}
	s := shown{status: p.Status, problem: p, values: typed, base: number(typed.Get("version"))}
	var conflict *releases.Conflict
	if errors.As(err, &conflict) && conflict.Current.Version != s.base {
		release, s.base = conflict.Current, 0
		s.theirs = r.differences(draftOf(typed).Text, release.Text)
	}
	return r.releasePage(release, s)
}

// difference is a field that two people wrote differently.
type difference struct{ Label, Yours, Theirs string }

func (r *request) differences(yours, theirs releases.Text) []difference {
	mine, other := textValues(yours, ""), textValues(theirs, "")
	var list []difference
	for _, f := range r.releaseForm(merged(mine, other), nil).Fields {
		a, b := spoken(f, mine), spoken(f, other)
		if a != b {
			list = append(list, difference{Label: f.Label, Yours: a, Theirs: b})
		}
	}
	return list
}

// spoken is a field's value as people read it. A browser sends line breaks as CRLF.
func spoken(f field, values url.Values) string {
	var parts []string
	for _, value := range values[f.Name] {
		if i := slices.IndexFunc(f.Options, func(o option) bool { return o.Value == value }); i >= 0 {
			value = f.Options[i].Label
		}
		parts = append(parts, strings.ReplaceAll(value, "\r\n", "\n"))
	}
	return strings.Join(parts, ", ")
}

// merged has every name of both, so that the form has the rows of both.
func merged(a, b url.Values) url.Values {
	all := url.Values{}
	for _, values := range []url.Values{a, b} {
		for name, given := range values {
			all[name] = given
		}
	}
	return all
}
