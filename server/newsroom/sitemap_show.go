package newsroom

import (
	"strconv"
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

const typeXML = "application/xml; charset=utf-8"

// showSitemap answers with the index of sitemaps, or with the part that the query asks for: 1 has the
// newsrooms and their topics, those after it the releases.
func (s *Site) showSitemap(c *fiber.Ctx) error {
	part := 0
	if given := c.Query("part"); given != "" {
		var err error
		// Only the one way to write a number is an address.
		if part, err = strconv.Atoi(given); err != nil || part < 1 || strconv.Itoa(part) != given || part > 1_000_000 {
			return releases.ErrNotFound
		}
	}
	write := s.sitemapOfReleases
	switch part {
	case 0:
		write = s.sitemapIndex
	case 1:
		write = s.sitemapOfNewsrooms
	}
	return s.keep(c, key(c, "page", "part"), func(now time.Time) (web.Document, error) {
		body, err := write(c, now, part)
		return web.Document{Body: body, Type: typeXML, Cache: web.NoCache}, err
	})
}

func (s *Site) sitemapIndex(c *fiber.Ctx, now time.Time, _ int) ([]byte, error) {
	count, err := s.deps.Public.Count(web.Context(c), now)
	if err != nil {
		return nil, err
	}
	parts := []feeds.SitemapEntry{{Address: s.documents.SitemapAddress(1)}}
	for part := 2; (part-2)*feeds.SitemapLimit < count; part++ {
		parts = append(parts, feeds.SitemapEntry{Address: s.documents.SitemapAddress(part)})
	}
	return feeds.SitemapIndex(parts)
}

func (s *Site) sitemapOfNewsrooms(c *fiber.Ctx, _ time.Time, _ int) ([]byte, error) {
	newsrooms, err := s.deps.Public.Newsrooms(web.Context(c))
	if err != nil {
		return nil, err
	}
	var pages []feeds.SitemapEntry
	if len(newsrooms) != 1 { // else the front page is the newsroom's, and names that address as its own
		pages = append(pages, feeds.SitemapEntry{Address: s.deps.BaseURL + "/"})
	}
	for _, n := range newsrooms {
		pages = append(pages, feeds.SitemapEntry{Address: s.documents.NewsroomAddress(n)}, feeds.SitemapEntry{Address: s.documents.FeedsAddress(n)})
		for _, t := range n.Topics {
			pages = append(pages, feeds.SitemapEntry{Address: s.feedOf(n, t.Slug).Home()})
		}
	}
	return feeds.Sitemap(pages)
}

func (s *Site) sitemapOfReleases(c *fiber.Ctx, now time.Time, part int) ([]byte, error) {
	addresses, err := s.deps.Public.Addresses(web.Context(c), now, part-2, feeds.SitemapLimit)
	if err != nil {
		return nil, err
	}
	if len(addresses) == 0 {
		return nil, releases.ErrNotFound
	}
	pages := make([]feeds.SitemapEntry, len(addresses))
	for i, a := range addresses {
		pages[i] = s.documents.SitemapPage(a)
	}
	return feeds.Sitemap(pages)
}

// showNewsSitemap answers with what is news to a search engine.
func (s *Site) showNewsSitemap(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page"), func(now time.Time) (web.Document, error) {
		items, err := s.newest(c, now)
		if err != nil {
			return web.Document{}, err
		}
		body, until, err := s.documents.NewsSitemap(now, items)
		return web.Document{Body: body, Type: typeXML, Cache: web.NoCache, Until: until}, err
	})
}

// newest are the releases that a news sitemap may have.
func (s *Site) newest(c *fiber.Ctx, now time.Time) ([]releases.Live, error) {
	const page = 250
	var items []releases.Live
	filter := releases.Filter{Limit: page}
	for len(items) < feeds.NewsSitemapLimit {
		more, err := s.deps.Public.List(web.Context(c), now, filter)
		if err != nil {
			return nil, err
		}
		items = append(items, more...)
		if len(more) < page || now.Sub(more[page-1].LiftAt) > feeds.NewsSitemapAge {
			break
		}
		filter.After = more[page-1].Cursor()
	}
	return items, nil
}
