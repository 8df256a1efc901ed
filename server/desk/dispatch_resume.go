package desk

import "dateline/jobs"

func resumeDispatch(r *request) error {
	return r.steerDispatch("desk.told_resumed", func(id string) (jobs.Dispatch, error) {
		return r.deps.Ledger.Resume(r.ctx(), r.actor(), id)
	})
}
