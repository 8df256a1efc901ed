package desk

import "dateline/releases"

// forceApproval approves alone where the newsroom asks for two, with the reason.
func forceApproval(r *request) error {
	typed := r.typed()
	return r.steer("editorial.told_forced", forceForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.ForceApprove(r.ctx(), r.actor(), release.ID, number(typed.Get("version")), typed.Get("hash"), typed.Get("reason"))
	})
}

// reviewApproval ends the mark of a forced approval.
func reviewApproval(r *request) error {
	typed := r.typed()
	return r.steer("editorial.told_reviewed", textForm, func(release releases.Release) (releases.Release, error) {
		return r.deps.Releases.Review(r.ctx(), r.actor(), release.ID, number(typed.Get("version")))
	})
}

func (r *request) forceForm(s shown) form {
	typed, faults := s.of(forceForm)
	return newForm(r.say, string(forceForm), typed, faults,
		field{Name: "reason", Type: "area", Rows: 2, Required: true, Label: "editorial.label_force", Help: "editorial.help_force"})
}
