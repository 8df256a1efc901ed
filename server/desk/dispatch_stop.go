package desk

import "dateline/jobs"

func stopDispatch(r *request) error {
	return r.steerDispatch("mailing.told_stopped", func(id string) (jobs.Dispatch, error) {
		return r.deps.Ledger.Stop(r.ctx(), r.actor(), id)
	})
}
