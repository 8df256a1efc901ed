package desk

func revokeToken(r *request) error {
	name := r.typed().Get("name")
	if err := r.deps.Auth.RevokeToken(r.ctx(), r.actor(), name); err != nil {
		return err
	}
	r.tell(notice{Message: "desk.told_revoked", Args: map[string]any{"Name": name}})
	return r.redirect("/desk/settings")
}
