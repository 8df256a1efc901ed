package newsroom

import (
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showText answers with a release as plain text, laid out as a wire story.
func (s *Site) showText(c *fiber.Ctx) error {
	l, err := s.live(c, ".txt")
	if err != nil || l == nil {
		return err
	}
	return web.Send(c, web.Document{Body: s.documents.Wire(*l), Type: fiber.MIMETextPlainCharsetUTF8, Cache: web.NoCache, Open: true})
}
