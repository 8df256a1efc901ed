package newsroom

import (
	"errors"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// followShortLink leads from a release's id to its page, wherever that is by now.
func (s *Site) followShortLink(c *fiber.Ctx) error {
	l, err := s.deps.Public.ByID(web.Context(c), s.deps.Now(), c.Params("id"))
	if gone := (*releases.Withdrawn)(nil); errors.As(err, &gone) {
		l, err = releases.Live{Newsroom: gone.Newsroom, Slug: gone.Slug}, nil
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, web.NoStore)
	return c.Redirect(s.documents.ReleaseAddress(l), fiber.StatusFound)
}
