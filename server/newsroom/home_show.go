package newsroom

import (
	"errors"
	"time"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// homePage lists the newsrooms, or welcomes whoever has just installed Dateline.
type homePage struct {
	view
	Newsrooms []releases.Newsroom
}

var errNoNewsroom = errors.New("there is no newsroom yet")

func (s *Site) showHome(c *fiber.Ctx) error {
	err := s.keep(c, key(c, "page", "after"), func(now time.Time) (web.Document, error) {
		newsrooms, err := s.deps.Public.Newsrooms(web.Context(c))
		switch {
		case err != nil:
			return web.Document{}, err
		case len(newsrooms) == 0:
			return web.Document{}, errNoNewsroom
		case len(newsrooms) == 1:
			return s.index(c, now, newsrooms[0], nil)
		}
		say := s.deps.Words.In(newsrooms[0].Language)
		page := homePage{view: s.newView(releases.Newsroom{}, say, s.feedOf(releases.Newsroom{}, "")), Newsrooms: newsrooms}
		page.Title, page.Canonical = say.T("newsroom.home"), s.deps.BaseURL+"/"
		return s.page("home", page)
	})
	if errors.Is(err, errNoNewsroom) {
		say := s.askersSpeaker(c)
		return s.pages.Write(c, fiber.StatusOK, "welcome", homePage{view: view{Page: web.Page{Say: say, Title: say.T("newsroom.home")}}})
	}
	return err
}
