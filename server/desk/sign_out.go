package desk

func signOut(r *request) error {
	if err := r.deps.Auth.SignOut(r.ctx(), r.actor(), r.c.Cookies(r.cookie)); err != nil {
		return err
	}
	r.setCookie(r.cookie, "")
	return r.redirect("/desk/sign-in")
}
