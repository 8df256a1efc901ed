package desk

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/words"
	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// request is one call of the desk.
type request struct {
	*Desk
	c         *fiber.Ctx
	say       words.Speaker
	who       auth.Identity       // empty where anyone may call
	newsrooms []releases.Newsroom // those that who reaches
	newsroom  releases.Newsroom   // the one that is worked in; its ID is "" while there is none
}

// handler establishes who asks and what they may do, runs the route's action, and turns its error
// into a page.
func (d *Desk) handler(route route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r := &request{Desk: d, c: c, say: d.deps.Words.In(c.Get(fiber.HeaderAcceptLanguage))}
		err := r.identify(route.role)
		if err == nil {
			err = route.action(r)
		}
		if err != nil {
			return r.problem(err)
		}
		return nil
	}
}

// identify finds who holds the session and refuses whoever lacks the role.
func (r *request) identify(role auth.Role) (err error) {
	if role == anyone {
		return nil
	}
	find := r.deps.Auth.Session
	if r.byItself() {
		find = r.deps.Auth.UnusedSession
	}
	if r.who, err = find(r.ctx(), r.c.Cookies(r.cookie)); err != nil {
		return err
	}
	if err := r.findNewsrooms(); err != nil {
		return err
	}
	if !r.who.Role.May(role) {
		return auth.ErrForbidden
	}
	return nil
}

// findNewsrooms chooses the newsroom that is worked in: the one that a form was made for, so that two
// open pages don't mix, else the one last switched to, else the first.
func (r *request) findNewsrooms() error {
	all, err := r.deps.Releases.Newsrooms(r.ctx())
	if err != nil {
		return err
	}
	r.newsrooms = slices.DeleteFunc(all, func(n releases.Newsroom) bool { return !r.who.Reaches(n.ID) })
	if len(r.newsrooms) == 0 {
		return nil
	}
	r.newsroom = r.newsrooms[0]
	if asked := cmp.Or(r.c.Query("newsroom"), r.typed().Get("newsroom")); asked != "" {
		return r.workIn(asked)
	}
	if err := r.workIn(r.c.Cookies(newsroomCookie)); err != nil {
		r.newsroom = r.newsrooms[0]
	}
	return nil
}

func (r *request) workIn(id string) error {
	i := slices.IndexFunc(r.newsrooms, func(n releases.Newsroom) bool { return n.ID == id })
	if i < 0 {
		return releases.ErrNotFound
	}
	r.newsroom = r.newsrooms[i]
	return nil
}

func (r *request) ctx() context.Context { return web.Context(r.c) }

// actor is who acts, for the history.
func (r *request) actor() history.Actor { return r.who.Actor(r.c.IP()) }

func (r *request) may(role auth.Role) bool { return r.who.Role.May(role) }

// typed is what a form sent. A form that carries a file is left on the wire for its action.
func (r *request) typed() url.Values {
	if !isForm(r.c) {
		return url.Values{}
	}
	// What can't be decoded is left out; the rest is kept.
	values, _ := url.ParseQuery(string(r.c.Body()))
	return values
}

// byItself says that the page asks, not its reader: scripts send this with what they refresh, and nobody
// but a script asks for events.
func (r *request) byItself() bool {
	return r.c.Get("Dateline-Refresh") != "" || strings.HasSuffix(r.c.Path(), "/events")
}

// release finds the release that the address names, in a newsroom within reach, and works there. What is
// hidden while the newsroom is frozen is refused.
func (r *request) release() (releases.Release, error) {
	release, err := r.releaseOrOut()
	if err == nil && release.Hidden {
		return releases.Release{}, &releases.Conflict{Message: "conflict.frozen", Current: release}
	}
	return release, err
}

// releaseOrOut is release, which also finds one whose newest text is hidden, its text left out.
func (r *request) releaseOrOut() (releases.Release, error) {
	release, err := r.deps.Releases.Release(r.ctx(), r.c.Params("id"))
	if err != nil {
		return releases.Release{}, err
	}
	if err := r.workIn(release.Newsroom.ID); err != nil {
		return releases.Release{}, err
	}
	return release, nil
}

// viewed writes down that the officer has seen the release; a page that refreshes itself is no look.
func (r *request) viewed(release releases.Release) error {
	if r.byItself() {
		return nil
	}
	return r.deps.Releases.Viewed(r.ctx(), r.actor(), release)
}

// redirect goes on to a page of the desk with GET.
func (r *request) redirect(path string) error {
	return r.c.Redirect(path, fiber.StatusSeeOther)
}
