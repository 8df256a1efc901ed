package newsroom

import (
	"net/url"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showFile answers with a file of a live release. A wrong name is no address of it.
func (s *Site) showFile(c *fiber.Ctx) error {
	file, l, err := s.deps.Public.File(web.Context(c), s.deps.Now(), c.Params("id"))
	if err != nil {
		return err
	}
	if name, err := url.PathUnescape(c.Params("name")); err != nil || name != file.Name {
		return releases.ErrNotFound
	}
	content, err := s.deps.Files.Open(file.ID, file.Key)
	if err != nil {
		return err
	}
	return web.SendFile(c, web.FileAnswer{File: file, Content: content, LastModified: l.LiftAt, Cache: web.NoCache})
}
