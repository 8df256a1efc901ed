package newsroom

import (
	"errors"
	"time"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// keptPages is how many bytes of rendered pages are kept.
const keptPages = 32 << 20

// keep answers with a page that is the same for everyone who asks in one edition: rendered once, then
// kept until something public changes or the next lift. key names the page whole. A page that there
// is not costs the same search each time, embargoed or never written.
func (s *Site) keep(c *fiber.Ctx, key string, render func(now time.Time) (web.Document, error)) error {
	now := s.now(c)
	e, err := s.editions.at(web.Context(c), now)
	if err != nil {
		return err
	}
	page, err := s.kept.Get(key, e.Edition, now, func() (web.Document, error) {
		d, err := render(now)
		switch {
		case !d.Until.IsZero(): // it changes at instants that leave no date
		case d.LastModified.IsZero():
			d.LastModified = e.begun()
		case e.changed.After(d.LastModified): // what a list has lost by a change is in no date of its own
			d.LastModified = e.changed
		}
		return d, err
	})
	if moved := (*movedTo)(nil); errors.As(err, &moved) {
		c.Set(fiber.HeaderCacheControl, web.NoCache)
		return c.Redirect(moved.path, fiber.StatusMovedPermanently)
	}
	if err != nil {
		return err
	}
	return page.Send(c, now)
}

// key names a page by its path, what else tells it from others, and those parts of the query that it
// depends on. Others can't make it another page.
func key(c *fiber.Ctx, kind string, query ...string) string {
	name := kind + " " + c.Path()
	if len(c.Request().URI().QueryString()) == 0 {
		return name
	}
	for _, part := range query {
		name += "\n" + c.Query(part)
	}
	return name
}

// movedTo is the error of a page that has another address by now.
type movedTo struct{ path string }

func (m *movedTo) Error() string { return "moved to " + m.path }

// Changed tells that something public may have changed.
func (s *Site) Changed() { s.editions.turn() }

// live finds the release that the path names. A former address is a *movedTo with suffix behind it.
func (s *Site) live(c *fiber.Ctx, now time.Time, suffix string) (releases.Live, error) {
	l, err := s.deps.Public.Release(web.Context(c), now, c.Params("newsroom"), c.Params("slug"))
	if moved := (*releases.Moved)(nil); errors.As(err, &moved) {
		return l, &movedTo{"/" + c.Params("newsroom") + "/" + moved.Slug + suffix}
	}
	return l, err
}
