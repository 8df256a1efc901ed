package newsroom

import (
	"errors"

	"dateline/releases"

	"github.com/gofiber/fiber/v2"
)

// withdrawnPage stands where a release was.
type withdrawnPage struct {
	view
	Withdrawn   *releases.Withdrawn
	Replacement string // address of what was published in its place
}

// showWithdrawn answers with the notice of a release that was withdrawn; any other error stays one. One
// that was published in error is gone, and says so to machines too.
func (s *Site) showWithdrawn(c *fiber.Ctx, err error) error {
	var gone *releases.Withdrawn
	if !errors.As(err, &gone) {
		return err
	}
	page := withdrawnPage{Withdrawn: gone}
	page.view = s.newView(gone.Newsroom, s.speaks(gone.Language, gone.Newsroom), s.feedOf(gone.Newsroom, ""))
	page.Title, page.Hidden = gone.Headline, true
	if gone.Headline == "" {
		page.Title = page.Say.T("newsroom.withdrawn_error")
	}
	if gone.Replacement != nil {
		page.Replacement = s.documents.ReleaseAddress(*gone.Replacement)
	}
	status := fiber.StatusOK
	if gone.InError {
		status = fiber.StatusGone
	}
	return s.pages.Write(c, status, "withdrawn", page)
}
