package desk

import "dateline/server/auth"

// disableOfficer closes an account. Nobody closes their own, so that an admin always remains.
func disableOfficer(r *request) error {
	id := r.c.Params("id")
	if id == r.who.ID {
		return auth.ErrForbidden
	}
	if err := r.deps.Auth.DisableOfficer(r.ctx(), r.actor(), id); err != nil {
		return err
	}
	r.tell(notice{Message: "desk.told_disabled"})
	return r.redirect("/desk/settings")
}
