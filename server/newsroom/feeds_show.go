package newsroom

import (
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// feedsPage tells what feeds there are and how one follows them.
type feedsPage struct {
	view
	All      []feedGroup
	Exchange []feedLink
	List     string // absolute address of the list of every feed
}

// feedGroup is one feed in each format that readers take.
type feedGroup struct {
	Name  string
	Links []feedLink
}

// showFeeds answers with the page on the feeds of a newsroom, or of all.
func (s *Site) showFeeds(c *fiber.Ctx) error {
	feed, say, vary := s.feedOf(releases.Newsroom{}, ""), s.askersSpeaker(c), ""
	if slug := c.Params("newsroom"); slug != "" {
		n, err := s.deps.Public.Newsroom(web.Context(c), slug)
		if err != nil {
			return err
		}
		feed.Newsroom, say = n, s.deps.Words.In(n.Language)
	} else {
		vary = fiber.HeaderAcceptLanguage
	}
	page := feedsPage{view: s.newView(feed.Newsroom, say, feed), List: s.documents.OPMLAddress()}
	page.Title = say.T("newsroom.feeds_of", "Name", feed.Title())
	page.Description = feed.Description()
	page.Canonical = s.documents.FeedsAddress(feed.Newsroom)
	page.All = s.feedGroups(say, feed)
	page.Exchange = feedLinks(say, feed, feeds.Exchange)
	document, err := s.page("feeds", page)
	if err != nil {
		return err
	}
	document.Vary = vary
	return web.Send(c, document)
}

// feedGroups are the feed itself and those narrowed by one thing.
func (s *Site) feedGroups(say words.Speaker, feed feeds.Feed) []feedGroup {
	groups := []feedGroup{{Name: say.T("newsroom.feed_everything"), Links: feedLinks(say, feed, feeds.Formats)}}
	for _, narrowed := range feed.Narrowed() {
		groups = append(groups, feedGroup{Name: narrowed.Label(say), Links: feedLinks(say, narrowed, feeds.Formats)})
	}
	return groups
}

// showOPML answers with a list of every feed, which readers import whole.
func (s *Site) showOPML(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page"), func(time.Time) (web.Document, error) {
		newsrooms, err := s.deps.Public.Newsrooms(web.Context(c))
		if err != nil {
			return web.Document{}, err
		}
		body, err := s.documents.OPML(newsrooms)
		return web.Document{Body: body, Type: "text/x-opml; charset=utf-8", Cache: web.NoCache, Open: true}, err
	})
}
