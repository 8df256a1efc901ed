package newsroom

import (
	"errors"
	"time"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showNinjs answers with a release as newsroom systems take it: canceled when it was withdrawn, gone when it was
// published in error.
func (s *Site) showNinjs(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page"), func(now time.Time) (web.Document, error) {
		l, err := s.live(c, now, ".json")
		if gone := (*releases.Withdrawn)(nil); errors.As(err, &gone) && !gone.InError {
			l, err = gone.Notice(), nil
		}
		if err != nil {
			return web.Document{}, err
		}
		body, err := s.documents.Ninjs(l)
		return web.Document{Body: body, Type: fiber.MIMEApplicationJSONCharsetUTF8, Cache: web.NoCache, Open: true}, err
	})
}
