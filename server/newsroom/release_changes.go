package newsroom

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// changesPage shows what a correction changed.
type changesPage struct {
	view
	Live        releases.Live
	Correction  releases.Correction
	Differences []difference
}

// difference is a field with its name in the page's language.
type difference struct {
	Label  string
	Blocks []releases.Block
}

// showChanges compares what the world saw before a correction with what it has seen since.
func (s *Site) showChanges(c *fiber.Ctx) error {
	version, err := strconv.Atoi(c.Params("version"))
	if err != nil {
		return releases.ErrNotFound
	}
	return s.keep(c, key(c, "changes"), func(now time.Time) (web.Document, error) {
		change, err := s.deps.Public.Change(web.Context(c), now, c.Params("newsroom"), c.Params("slug"), version)
		if moved := (*releases.Moved)(nil); errors.As(err, &moved) {
			return web.Document{}, &movedTo{"/" + c.Params("newsroom") + "/" + moved.Slug + "/changes/" + c.Params("version")}
		}
		if err != nil {
			return web.Document{}, err
		}
		return s.page("changes", s.newChangesPage(change))
	})
}

func (s *Site) newChangesPage(change releases.Change) changesPage {
	l := change.Live
	page := changesPage{view: s.newView(l.Newsroom, s.speakerOf(l), s.feedOf(l.Newsroom, "")), Live: l, Correction: change.Correction}
	page.Title, page.Hidden = page.Say.T("newsroom.changes_of", "Headline", l.Text.Headline), true
	for _, d := range change.Differences {
		if d.Field == "kind" {
			nameKinds(d, page)
		}
		page.Differences = append(page.Differences, difference{page.Say.T("newsroom.field_" + d.Field), d.Blocks})
	}
	return page
}

// nameKinds puts the kinds' names where the text has their slugs.
func nameKinds(d releases.Difference, p changesPage) {
	for _, b := range d.Blocks {
		for i, part := range b.Parts {
			b.Parts[i].Text = feeds.KindName(p.Say, releases.Kind(strings.TrimSpace(part.Text)), 1)
		}
	}
}
