package desk

import "dateline/releases"

func submitRelease(r *request) error {
	return r.steer("desk.told_submitted", textForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.Submit(r.ctx(), r.actor(), release.ID)
	})
}
