package desk

import "github.com/gofiber/fiber/v2"

// livePage is a page that follows a lift or a mailing as it happens.
type livePage struct {
	page
	Live   liveView
	Follow string // the address of its events; "" when nothing changes any more
}

// showLift shows a release at its lift: where the world meets it, what turned when, and its mail.
func showLift(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	at := source{release: release.ID}
	s, err := r.look(at)
	if err != nil {
		return err
	}
	data := livePage{page: r.page("releases", release.Text.Headline), Live: r.liveView(s, "")}
	if !s.over() {
		data.Follow = "/desk/releases/" + release.ID + "/lift/events"
	}
	return r.write(fiber.StatusOK, "lift", data)
}

// look gives a source as it stands; while it is followed, as it was last seen.
func (r *request) look(at source) (snapshot, error) {
	if s, ok := r.watches.latest(at); ok && r.byItself() {
		return s, nil
	}
	var s snapshot
	err := r.lookAt(r.ctx(), at, &s)
	s.pace = paceOf(s.dispatch, r.deps.Now())
	if followed, ok := r.watches.latest(at); ok {
		s.pace = followed.pace
	}
	return s, err
}
