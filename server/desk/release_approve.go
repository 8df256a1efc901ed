package desk

import "dateline/releases"

// approveRelease approves the version that the officer had before them, by number and hash.
func approveRelease(r *request) error {
	typed := r.typed()
	return r.steer("desk.told_approved", textForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.Approve(r.ctx(), r.actor(), release.ID, number(typed.Get("version")), typed.Get("hash"))
	})
}
