package newsroom

import (
	"regexp"

	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// readable are the addresses of documents that scripts of other sites may read.
var readable = regexp.MustCompile(`^/oembed$|^/feeds\.opml$|/feed\.[a-z]+$|\.(json|txt)$`)

// allowReading answers the question that a browser asks before a script's request with conditions
// (CORS). It looks at how the address is written, never at what is there.
func (s *Site) allowReading(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodOptions || !readable.MatchString(c.Path()) {
		return c.Next()
	}
	c.Set(fiber.HeaderCacheControl, web.NoStore)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "If-None-Match, If-Modified-Since")
	return c.SendStatus(fiber.StatusNoContent)
}
