package newsroom

import (
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// problemPage is an error in words.
type problemPage struct {
	view
	Problem web.Problem
}

// NotFound is the one answer to everything that is not there, embargoed or never written. Its bytes
// are made at start and depend on nothing but the language that the browser asks for; nobody may keep
// it across a lift.
func (s *Site) NotFound(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, web.TypeHTML)
	c.Set(fiber.HeaderCacheControl, web.NoStore)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return c.Status(fiber.StatusNotFound).Send(s.notFound[s.askersSpeaker(c).Language])
}

func (s *Site) renderNotFound(language string) ([]byte, error) {
	say := s.deps.Words.In(language)
	p := problemPage{view: view{Page: web.Page{Say: say, Title: say.T("newsroom.not_found")}, Hidden: true}}
	p.Problem = web.Problem{Status: fiber.StatusNotFound, Detail: say.T("newsroom.not_found_detail")}
	return s.pages.Bytes("problem", p)
}

// Error answers with a page that says what went wrong.
func (s *Site) Error(c *fiber.Ctx, err error) error {
	say := s.askersSpeaker(c)
	problem := web.ProblemOf(err, say)
	if problem.Status == fiber.StatusNotFound {
		return s.NotFound(c)
	}
	return s.pages.Write(c, problem.Status, "problem", problemPage{
		view:    view{Page: web.Page{Say: say, Title: say.T("newsroom.problem")}, Hidden: true},
		Problem: problem,
	})
}
