package newsroom

import (
	"time"

	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showNinjs answers with a release as newsroom systems take it.
func (s *Site) showNinjs(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page"), func(now time.Time) (web.Document, error) {
		l, err := s.live(c, now, ".json")
		if err != nil {
			return web.Document{}, err
		}
		body, err := s.documents.Ninjs(l)
		return web.Document{Body: body, Type: fiber.MIMEApplicationJSONCharsetUTF8, Cache: web.NoCache, Open: true}, err
	})
}
