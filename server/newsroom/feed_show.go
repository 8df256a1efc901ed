package newsroom

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// feedLength is how many releases a page of a feed has behind its first.
const feedLength = releases.ChapterLength

func (s *Site) showFeed(c *fiber.Ctx) error {
	format := feeds.Format(c.Params("format"))
	if !slices.Contains(feeds.Formats, format) && !slices.Contains(feeds.Exchange, format) {
		return releases.ErrNotFound
	}
	mediaType := format.Type()
	// Browsers show feeds as source, or save them; what they know to be XML they show with its stylesheet.
	browser, vary := false, ""
	if strings.HasSuffix(mediaType, "+xml") {
		browser, vary = c.Get("Sec-Fetch-Dest") == "document", "Sec-Fetch-Dest"
	}
	if browser {
		mediaType = fiber.MIMEApplicationXML
	}
	return s.keep(c, key(c, mediaType, "kind", "language", "after", "archive"), func(now time.Time) (web.Document, error) {
		feed, err := s.askedFeed(c)
		if err != nil {
			return web.Document{}, err
		}
		feed.ForPeople = browser
		link := s.offerHub(&feed, format)
		if err := s.fill(c, now, &feed); err != nil {
			return web.Document{}, err
		}
		body, err := feeds.Write(feed, format)
		if err != nil {
			return web.Document{}, fmt.Errorf("write %s: %w", feed.Address(format), err)
		}
		return web.Document{
			Body: body, Type: mediaType + "; charset=utf-8", Cache: web.NoCache, Vary: vary, Open: true, Link: link, LastModified: feed.Updated(),
		}, nil
	})
}

// askedFeed is the feed that path and query name; without a newsroom, that of all. A topic, kind or
// language that there can't be is an address where there is nothing.
func (s *Site) askedFeed(c *fiber.Ctx) (feeds.Feed, error) {
	feed := s.feedOf(releases.Newsroom{}, c.Params("topic"))
	if slug := c.Params("newsroom"); slug != "" {
		n, err := s.deps.Public.Newsroom(web.Context(c), slug)
		if err != nil {
			return feeds.Feed{}, err
		}
		feed.Newsroom = n
	}
	if feed.Topic != "" {
		if _, err := topicOf(feed.Newsroom, feed.Topic); err != nil {
			return feeds.Feed{}, err
		}
	}
	feed.Kind = releases.Kind(c.Query("kind"))
	if feed.Kind != "" && !slices.Contains(releases.Kinds, feed.Kind) {
		return feeds.Feed{}, releases.ErrNotFound
	}
	if given := c.Query("language"); given != "" {
		language, ok := input.Language(given)
		if !ok {
			return feeds.Feed{}, releases.ErrNotFound
		}
		feed.Language = language
	}
	feed.Page.After, feed.Page.Archive = c.Query("after"), c.Query("archive")
	return feed, nil
}

// fill puts the releases that are live at now into a feed, and the ways on from there. A feed is a
// chain of documents that archives keep (RFC 5005 section 4); whoever only wants the next older ones
// goes by pages (section 3).
func (s *Site) fill(c *fiber.Ctx, now time.Time, feed *feeds.Feed) error {
	filter := releases.Filter{
		NewsroomID: feed.Newsroom.ID, Topic: feed.Topic, Kind: feed.Kind, Language: feed.Language,
		Withdrawn: true, After: feed.Page.After, Limit: feedLength + 1,
	}
	if feed.Page.After != "" {
		return s.fillPage(c, now, feed, filter)
	}
	chapter, err := s.deps.Public.Chapter(web.Context(c), now, filter, feed.Page.Archive)
	if err != nil {
		return err
	}
	feed.Items, feed.Page.PrevArchive, feed.Page.NextArchive = chapter.Items, chapter.Older, chapter.Newer
	if feed.Page.Archive == "" && chapter.Older != "" {
		feed.Page.Next = chapter.Items[len(chapter.Items)-1].Cursor()
	}
	return nil
}

func (s *Site) fillPage(c *fiber.Ctx, now time.Time, feed *feeds.Feed, filter releases.Filter) error {
	items, err := s.deps.Public.List(web.Context(c), now, filter)
	if err != nil {
		return badCursorIsMissing(err)
	}
	if len(items) > feedLength {
		items = items[:feedLength]
		feed.Page.Next = items[feedLength-1].Cursor()
	}
	feed.Items = items
	return nil
}
