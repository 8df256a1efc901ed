package newsroom

import (
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

func (s *Site) showRobots(c *fiber.Ctx) error {
	return web.Send(c, web.Document{Body: s.documents.Robots(), Type: fiber.MIMETextPlainCharsetUTF8, Cache: web.NoCache})
}

// showIcon leads to the icon, for documents that name none: text, feeds, other pages.
func (s *Site) showIcon(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, web.NoCache)
	return c.Redirect(s.assets.URL("icon.svg"), fiber.StatusFound)
}

// showIndexNowKey proves to search engines that what they are told comes from this host.
func (s *Site) showIndexNowKey(c *fiber.Ctx) error {
	return web.Send(c, web.Document{Body: []byte(s.deps.IndexNowKey), Type: fiber.MIMETextPlainCharsetUTF8, Cache: web.NoCache})
}
