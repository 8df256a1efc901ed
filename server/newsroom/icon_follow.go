package newsroom

import (
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// followIcon leads to the icon. Browsers ask for it here whatever a page says, also of pages that are
// no HTML. Anyone may.
func (s *Site) followIcon(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, web.NoCache)
	return c.Redirect(s.assets.URL("icon.svg"), fiber.StatusFound)
}
