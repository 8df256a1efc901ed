package newsroom

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// Passes opens embargo passes: the one way to a release before its lift. *releases.Passes is one.
type Passes interface {
	Open(ctx context.Context, token string) (releases.Opened, error)
	Waits(ctx context.Context, token string) (releases.Opened, error)
	Log(ctx context.Context, o releases.Opened, from, what string) error
	Accept(ctx context.Context, o releases.Opened, from string) error
	Acceptance(id string) string
	Accepted(id, kept string) bool
}

// passCookie holds that the terms were accepted in this browser. Its path is the pass's.
const passCookie = "dateline_pass"

// passPage speaks to the holder of a pass: it asks to accept the terms, or says that no time is set. It
// tells nothing of the release.
type passPage struct {
	view
	Pass   releases.Pass
	LiftAt time.Time
	Zone   string
	Action string
}

// showPass shows the release to a holder who has accepted the terms in this browser, and else asks for
// that. It accepts nothing by itself: mail scanners follow every link.
func (s *Site) showPass(c *fiber.Ctx) error {
	o, err := s.openPass(c)
	if errors.Is(err, releases.ErrNotFound) {
		return s.showWaiting(c)
	}
	if err != nil {
		return err
	}
	if o.Lifted {
		return c.Redirect(s.documents.ReleaseAddress(o.Live), fiber.StatusSeeOther)
	}
	if !s.deps.Passes.Accepted(o.Pass.ID, c.Cookies(passCookie)) {
		return s.askTerms(c, o)
	}
	if err := s.deps.Passes.Log(web.Context(c), o, c.IP(), releases.OpenedText); err != nil {
		return err
	}
	page := s.newReleasePage(o.Live)
	page.Canonical, page.Hidden, page.Files = "", true, passPath(c)+"/files/"
	page.Pass, page.Ninjs = &o.Pass, passPath(c)+"/release.json"
	return s.pages.Write(c, fiber.StatusOK, "release", page)
}

func (s *Site) askTerms(c *fiber.Ctx, o releases.Opened) error {
	if err := s.deps.Passes.Log(web.Context(c), o, c.IP(), releases.OpenedTerms); err != nil {
		return err
	}
	page := s.newPassPage(o)
	page.LiftAt, page.Zone, page.Action = o.Live.LiftAt, o.Live.Zone, passPath(c)
	return s.pages.Write(c, fiber.StatusOK, "pass", page)
}

// showWaiting tells the holder of a pass that no time is set: the letter about that leads here.
func (s *Site) showWaiting(c *fiber.Ctx) error {
	o, err := s.deps.Passes.Waits(web.Context(c), c.Params("token"))
	if err != nil {
		return err
	}
	keepNone(c)
	if err := s.deps.Passes.Log(web.Context(c), o, c.IP(), releases.OpenedWaits); err != nil {
		return err
	}
	return s.pages.Write(c, fiber.StatusOK, "pass_waits", s.newPassPage(o))
}

func (s *Site) newPassPage(o releases.Opened) passPage {
	say := s.deps.Words.In(o.Pass.Language)
	return passPage{view: view{Page: web.Page{Say: say, Title: say.T("newsroom.pass")}, Newsroom: o.Live.Newsroom, Hidden: true}, Pass: o.Pass}
}

// acceptPass takes the acceptance of the terms and shows the release.
func (s *Site) acceptPass(c *fiber.Ctx) error {
	o, err := s.openPass(c)
	if err != nil {
		return err
	}
	if o.Lifted {
		return c.Redirect(s.documents.ReleaseAddress(o.Live), fiber.StatusSeeOther)
	}
	if err := s.deps.Passes.Accept(web.Context(c), o, c.IP()); err != nil {
		return err
	}
	c.Cookie(&fiber.Cookie{
		Name: passCookie, Value: s.deps.Passes.Acceptance(o.Pass.ID), Path: passPath(c), HTTPOnly: true,
		Secure: strings.HasPrefix(s.deps.BaseURL, "https://"), SameSite: fiber.CookieSameSiteLaxMode, MaxAge: 90 * 24 * 3600,
	})
	return c.Redirect(passPath(c), fiber.StatusSeeOther)
}

// showPassFile answers with a file of the release, to a holder who has accepted the terms.
func (s *Site) showPassFile(c *fiber.Ctx) error {
	o, err := s.openPass(c)
	if err != nil {
		return err
	}
	file, ok := o.Live.Text.File(c.Params("id"))
	if name, err := url.PathUnescape(c.Params("name")); !ok || err != nil || name != file.Name {
		return releases.ErrNotFound
	}
	if o.Lifted {
		return c.Redirect(file.Path(), fiber.StatusSeeOther)
	}
	if !s.deps.Passes.Accepted(o.Pass.ID, c.Cookies(passCookie)) {
		return c.Redirect(passPath(c), fiber.StatusSeeOther)
	}
	if err := s.deps.Passes.Log(web.Context(c), o, c.IP(), file.ID); err != nil {
		return err
	}
	content, err := s.deps.Files.Open(file.ID, file.Key)
	if err != nil {
		return err
	}
	return web.SendFile(c, web.FileAnswer{File: file, Content: content, Cache: web.NoStore})
}

// openPass finds what the address's token opens, and keeps the answer from being kept, found or told on.
func (s *Site) openPass(c *fiber.Ctx) (releases.Opened, error) {
	o, err := s.deps.Passes.Open(web.Context(c), c.Params("token"))
	if err != nil {
		return releases.Opened{}, err
	}
	keepNone(c)
	return o, nil
}

func keepNone(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, web.NoStore)
	c.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
}

func passPath(c *fiber.Ctx) string { return "/pass/" + c.Params("token") }
