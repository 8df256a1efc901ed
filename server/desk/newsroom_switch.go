package desk

// switchNewsroom works in another newsroom from now on; identify has found it by the form.
func switchNewsroom(r *request) error {
	r.setCookie(newsroomCookie, r.newsroom.ID)
	return r.redirect("/desk")
}
