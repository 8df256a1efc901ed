package newsroom

import (
	"dateline/feeds"
	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showPassNinjs answers with the release as newsroom systems take it, withheld until its lift, to a holder
// who has accepted the terms.
func (s *Site) showPassNinjs(c *fiber.Ctx) error {
	o, err := s.openPass(c)
	if err != nil {
		return err
	}
	if o.Lifted {
		return c.Redirect(s.documents.ReleaseAddress(o.Live)+".json", fiber.StatusSeeOther)
	}
	if !s.deps.Passes.Accepted(o.Pass.ID, c.Cookies(passCookie)) {
		return c.Redirect(passPath(c), fiber.StatusSeeOther)
	}
	if err := s.deps.Passes.Log(web.Context(c), o, c.IP(), releases.OpenedNinjs); err != nil {
		return err
	}
	body, err := s.documents.NinjsEmbargoed(feeds.Embargoed{Live: o.Live, Written: o.Written, Pass: o.Pass, Files: s.deps.BaseURL + passPath(c) + "/files/"})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(body)
}
