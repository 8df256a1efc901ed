package desk

import "dateline/releases"

func unscheduleRelease(r *request) error {
	return r.steer("desk.told_unscheduled", textForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.Unschedule(r.ctx(), r.actor(), release.ID)
	})
}
