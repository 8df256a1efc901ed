package desk

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"dateline/releases"
	"dateline/server/web"
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
	var conflict *releases.Conflict
	if errors.As(err, &conflict) && conflict.Current.Version != number(typed.Get("version")) {
		p := web.ProblemOf(err, r.say)
		return r.releasePage(conflict.Current, shown{status: p.Status, problem: p, values: typed, theirs: r.differences(draft.Text, conflict.Current.Text)})
	}
	if p, again := r.wrongInput(err); again {
		return r.releasePage(release, shown{status: p.Status, problem: p, values: typed, base: number(typed.Get("version"))})
	}
	if err != nil {
		return err
	}
	r.tell(savedNotices(saved)...)
	return r.redirect("/desk/releases/" + saved.ID)
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
