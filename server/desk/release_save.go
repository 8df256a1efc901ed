package desk

import (
	"errors"
	"net/url"

	"dateline/releases"
	"dateline/server/auth"
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
	draft.MayMove = r.who.Role.May(auth.Approver)
	saved, err := r.deps.Releases.Edit(r.ctx(), r.actor(), release.ID, number(typed.Get("version")), draft)
	if err != nil {
		return r.textRefused(err, release, typed)
	}
	r.tell(r.savedNotices(saved, typed)...)
	return r.redirect("/desk/releases/" + saved.ID)
}

// textRefused shows the release with the text as it was typed and what kept it from being saved.
func (r *request) textRefused(err error, release releases.Release, typed url.Values) error {
	p, again := r.wrongInput(err)
	if !again {
		return err
	}
	s := shown{status: p.Status, problem: p, typed: typed, base: number(typed.Get("version"))}
	var conflict *releases.Conflict
	if errors.As(err, &conflict) && conflict.Current.Version != s.base {
		release, s.base = conflict.Current, 0
		yours := draftOf(typed).Text
		yours.Files = release.Text.Files // which have forms of their own
		s.theirs = r.differences(releases.Compare(release.Newsroom, release.Text, yours))
	}
	return r.releasePage(release, s)
}
