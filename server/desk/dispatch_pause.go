package desk

import "dateline/jobs"

func pauseDispatch(r *request) error {
	return r.steerDispatch("desk.told_paused", func(id string) (jobs.Dispatch, error) {
		return r.deps.Ledger.Pause(r.ctx(), r.actor(), id)
	})
}
