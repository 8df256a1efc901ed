package newsroom

import (
	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// homePage lists the newsrooms, or welcomes whoever has just installed Dateline.
type homePage struct {
	view
	Newsrooms []releases.Newsroom
}

func (s *Site) showHome(c *fiber.Ctx) error {
	newsrooms, err := s.deps.Public.Newsrooms(web.Context(c))
	if err != nil {
		return err
	}
	if len(newsrooms) == 1 {
		return s.showIndex(c, newsrooms[0], nil)
	}
	say := s.askersSpeaker(c)
	if len(newsrooms) > 0 {
		say = s.deps.Words.In(newsrooms[0].Language)
	}
	page := homePage{view: s.newView(releases.Newsroom{}, say, s.feedOf(releases.Newsroom{}, "")), Newsrooms: newsrooms}
	page.Title, page.Canonical = say.T("newsroom.home"), s.deps.BaseURL+"/"
	if len(newsrooms) == 0 {
		return s.pages.Write(c, fiber.StatusOK, "welcome", page)
	}
	return s.send(c, "home", page)
}
