package desk

import (
	"net/url"

	"dateline/releases"
	"dateline/server/web"
)

// withdrawRelease takes a live release back, with a reason for its readers.
func withdrawRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	_, err = r.deps.Releases.Withdraw(r.ctx(), r.actor(), release.ID, releases.WithdrawInput{
		Reason: typed.Get("reason"), InError: typed.Get("in_error") == "yes",
	})
	if p, again := r.wrongInput(err); again {
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p, taken: typed})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: "editorial.told_withdrawn"})
	return r.redirect("/desk/releases/" + release.ID)
}

func (r *request) withdrawForm(typed url.Values, faults []web.FieldProblem) form {
	return newForm(r.say, "withdraw", typed, faults,
		field{Name: "reason", Type: "area", Rows: 3, Required: true, Label: "editorial.label_reason", Help: "editorial.help_reason"},
		field{Name: "in_error", Type: "checks", Label: "editorial.label_error", Help: "editorial.help_error", Options: []option{{Value: "yes", Label: r.say.T("editorial.in_error")}}})
}
