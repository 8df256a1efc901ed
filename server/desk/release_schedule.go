package desk

// scheduleRelease sets or moves the lift. What is wrong with the time stands at its field, with what
// was typed; where a local time occurs twice or never the page asks which is meant.
func scheduleRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	at, err := parseTyped(typed)
	if err == nil {
		_, err = r.deps.Releases.Schedule(r.ctx(), r.actor(), release.ID, at, typed.Get("backdated") == "yes")
	}
	if p, again := r.wrongInput(r.liftFaults(err, at, typed)); again {
		which := r.whichTimes(err, typed.Get("zone"))
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p, form: liftForm, typed: typed, which: which})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: "desk.told_scheduled"})
	return r.redirect("/desk/releases/" + release.ID)
}
