package desk

import "dateline/releases"

// steer makes one change of a release's state and goes back to its page, which tells that it was
// done or what stood in the way.
func (r *request) steer(done string, do func(release releases.Release) (releases.Release, error)) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	_, err = do(release)
	if p, again := r.wrongInput(err); again {
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: done})
	return r.redirect("/desk/releases/" + release.ID)
}
