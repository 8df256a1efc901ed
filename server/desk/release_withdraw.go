package desk

import (
	"dateline/releases"
)

// withdrawRelease takes a live release back, with a reason for its readers, or cancels one that is still
// to be lifted. What replaces it is published in the same breath.
func withdrawRelease(r *request) error {
	release, err := r.releaseOrOut() // the one thing that a freeze leaves to do
	if err != nil {
		return err
	}
	typed := r.typed()
	_, err = r.deps.Releases.Withdraw(r.ctx(), r.actor(), release.ID, releases.WithdrawInput{
		Reason: typed.Get("reason"), InError: typed.Get("in_error") == "yes", Replacement: typed.Get("replacement"),
	})
	if p, again := r.wrongInput(err); again {
		if release, err = r.releaseOrOut(); err != nil {
			return err
		}
		return r.shownPage(release, shown{status: p.Status, problem: p, form: withdrawForm, typed: typed})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	told := "editorial.told_withdrawn"
	if release.State == releases.StateScheduled {
		told = "editorial.told_canceled"
	}
	r.tell(notice{Message: told})
	return r.redirect("/desk/releases/" + release.ID)
}

// addWithdrawal adds the form that withdraws or cancels, where there is something to withdraw.
func (r *request) addWithdrawal(data *releasePage, s shown) error {
	if !data.Can.Withdraw && !data.Can.Cancel {
		return nil
	}
	instead, err := r.replacements(data.Release)
	if err != nil {
		return err
	}
	reason := field{Name: "reason", Type: "area", Rows: 3, Required: true, Label: "editorial.label_reason", Help: "editorial.help_reason"}
	if data.Can.Cancel {
		reason.Label, reason.Help = "editorial.label_cancel_reason", "editorial.help_cancel_reason"
	}
	fields := []field{reason}
	if data.Can.Withdraw {
		mistake := []option{{Value: "yes", Label: r.say.T("editorial.in_error")}}
		fields = append(fields, field{Name: "in_error", Type: "checks", Label: "editorial.label_error", Help: "editorial.help_error", Options: mistake})
	}
	if len(instead) > 1 {
		fields = append(fields, field{Name: "replacement", Type: "select", Label: "editorial.label_replacement", Help: "editorial.help_replacement", Options: instead})
	}
	typed, faults := s.of(withdrawForm)
	data.Withdraw = newForm(r.say, "withdraw", typed, faults, fields...)
	return nil
}

// replacements are the releases that may take the place of one: what is published or only waits for it.
func (r *request) replacements(release releases.Release) ([]option, error) {
	list := []option{{"", r.say.T("editorial.replacement_none")}}
	for _, state := range []releases.State{releases.StateApproved, releases.StateScheduled, releases.StateLive} {
		items, _, err := r.deps.Releases.List(r.ctx(), releases.ListFilter{NewsroomID: release.Newsroom.ID, State: state})
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if item.ID != release.ID && !item.Hidden {
				list = append(list, option{item.ID, r.stateChip(state).Label + ": " + item.Text.Headline})
			}
		}
	}
	return list, nil
}
