package desk

import "dateline/releases"

func publishRelease(r *request) error {
	return r.steer("desk.told_published", textForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.Publish(r.ctx(), r.actor(), release.ID)
	})
}
