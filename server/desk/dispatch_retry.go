package desk

import "dateline/jobs"

func retryFailed(r *request) error {
	return r.steerDispatch("desk.told_retried", func(id string) (jobs.Dispatch, error) {
		return r.deps.Ledger.RetryFailed(r.ctx(), r.actor(), id)
	})
}
