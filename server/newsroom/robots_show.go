package newsroom

import (
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

func (s *Site) showRobots(c *fiber.Ctx) error {
	return web.Send(c, web.Document{Body: s.documents.Robots(), Type: fiber.MIMETextPlainCharsetUTF8, Cache: web.NoCache})
}
