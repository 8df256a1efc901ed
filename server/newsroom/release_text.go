package newsroom

import (
	"time"

	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showText answers with a release as plain text, laid out as a wire story.
func (s *Site) showText(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page"), func(now time.Time) (web.Document, error) {
		l, err := s.live(c, now, ".txt")
		if err != nil {
			return web.Document{}, err
		}
		return web.Document{Body: s.documents.Wire(l), Type: fiber.MIMETextPlainCharsetUTF8, Cache: web.NoCache, Open: true}, nil
	})
}
