package newsroom

import (
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showNinjs answers with a release as newsroom systems take it.
func (s *Site) showNinjs(c *fiber.Ctx) error {
	l, err := s.live(c, ".json")
	if err != nil || l == nil {
		return err
	}
	body, err := s.documents.Ninjs(*l)
	if err != nil {
		return err
	}
	return web.Send(c, web.Document{Body: body, Type: fiber.MIMEApplicationJSONCharsetUTF8, Cache: web.NoCache, Open: true})
}
