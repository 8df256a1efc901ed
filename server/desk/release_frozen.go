package desk

import (
	"errors"

	"dateline/releases"
)

// frozenPage is what a freeze leaves of a release with a hidden version: what the world reads, and how to
// take that back. One that the world has never read is refused.
func (r *request) frozenPage(release releases.Release, s shown) error {
	out, err := r.deps.Releases.Version(r.ctx(), release.ID, release.Approved)
	if errors.Is(err, releases.ErrNotFound) {
		return &releases.Conflict{Message: "conflict.frozen", Current: release}
	}
	if err != nil {
		return err
	}
	release.Text = out.Text
	data := releasePage{
		editorPage: editorPage{page: r.page("releases", out.Text.Headline), Action: "/desk/releases/" + release.ID},
		Release:    release, Chip: r.releaseChip(release), Can: can{Withdraw: r.can(release).Withdraw}, PublicURL: r.publicURL(release),
	}
	data.Problem = s.problem.Detail
	if err := r.addMailing(&data); err != nil {
		return err
	}
	if err := r.addWithdrawal(&data, s); err != nil {
		return err
	}
	data.Faults = data.Withdraw.Faults
	return r.write(s.status, "release_frozen", data)
}
