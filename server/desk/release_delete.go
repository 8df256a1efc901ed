package desk

import "dateline/releases"

// deleteRelease puts a release away that the world has not seen.
func deleteRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	err = r.deps.Releases.Delete(r.ctx(), r.actor(), release.ID)
	if p, again := r.wrongInput(err); again {
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p})
	}
	if err != nil {
		return err
	}
	r.tell(notice{Message: "editorial.told_deleted", Args: map[string]any{"Headline": release.Text.Headline}})
	return r.redirect(address("/desk", "state", string(releases.StateDeleted)))
}

// undeleteRelease brings one back as a draft; no other action finds a deleted one.
func undeleteRelease(r *request) error {
	newsroom, err := r.deps.Releases.NewsroomOf(r.ctx(), r.c.Params("id"))
	if err != nil {
		return err
	}
	if err := r.workIn(newsroom); err != nil {
		return err
	}
	release, err := r.deps.Releases.Undelete(r.ctx(), r.actor(), r.c.Params("id"))
	if err != nil {
		return err
	}
	r.tell(notice{Message: "editorial.told_undeleted"})
	return r.redirect("/desk/releases/" + release.ID)
}
