package desk

import "dateline/releases"

// steer makes one change of a release and goes back to its page, which tells that it was done, or what
// stood in the way beside what was typed in the form.
func (r *request) steer(done string, form formName, do func(release releases.Release) (releases.Release, error)) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	_, err = do(release)
	if p, again := r.wrongInput(err); again {
		if release, err = r.release(); err != nil {
			return err
		}
		s := shown{status: p.Status, problem: p, form: form}
		if form != textForm {
			s.typed = r.typed()
		}
		return r.releasePage(release, s)
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: done})
	return r.redirect("/desk/releases/" + release.ID)
}
