package newsroom

import (
	"errors"
	"html/template"
	"net/url"
	"slices"
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/releases/input"
	"dateline/releases/words"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// indexLength is how many releases one page of a list has.
const indexLength = 25

// indexPage is a newsroom's front, or the list of one of its topics.
type indexPage struct {
	view
	words  *words.Words
	Topic  *releases.Topic // nil on the front
	Lead   *releases.Live  // the newest, on the first page
	Months []month
	Older  string // address of the next page; "" at the end
	First  string // address of the first page; "" when this is it
	About  template.HTML
}

// month is a heading of the list and what was published under it.
type month struct {
	Name  string
	Items []releases.Live
}

// showNewsroom answers with a newsroom's front, or the list of the topic in the path.
func (s *Site) showNewsroom(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page", "after"), func(now time.Time) (web.Document, error) {
		n, err := s.deps.Public.Newsroom(web.Context(c), c.Params("newsroom"))
		if err != nil {
			return web.Document{}, err
		}
		var topic *releases.Topic
		if slug := c.Params("topic"); slug != "" {
			if topic, err = topicOf(n, slug); err != nil {
				return web.Document{}, err
			}
		}
		return s.index(c, now, n, topic)
	})
}

// topicOf finds one of a newsroom's topics by its slug.
func topicOf(n releases.Newsroom, slug string) (*releases.Topic, error) {
	i := slices.IndexFunc(n.Topics, func(t releases.Topic) bool { return t.Slug == slug })
	if i < 0 {
		return nil, releases.ErrNotFound
	}
	return &n.Topics[i], nil
}

// index is one page of a newsroom's releases, of a topic or of all.
func (s *Site) index(c *fiber.Ctx, now time.Time, n releases.Newsroom, topic *releases.Topic) (web.Document, error) {
	filter := releases.Filter{NewsroomID: n.ID, After: c.Query("after"), Limit: indexLength + 1}
	if topic != nil {
		filter.Topic = topic.Slug
	}
	items, err := s.deps.Public.List(web.Context(c), now, filter)
	if err != nil {
		return web.Document{}, badCursorIsMissing(err)
	}
	say := s.deps.Words.In(n.Language)
	feed := s.feedOf(n, filter.Topic)
	page := indexPage{view: s.newView(n, say, feed), words: s.deps.Words, Topic: topic}
	page.Front = topic == nil
	page.Title, page.Description, page.Canonical = feed.Title(), feed.Description(), feed.Home()
	page.About = releases.HTML(n.Boilerplate, page.Canonical)
	if filter.After != "" {
		page.First, page.Canonical, page.Hidden = c.Path(), "", true
	}
	// One more than fits was asked for: only a live release can make the link to older ones appear.
	if len(items) > indexLength {
		items = items[:indexLength]
		page.Older = c.Path() + "?" + url.Values{"after": {items[indexLength-1].Cursor()}}.Encode()
	}
	if len(items) > 0 && filter.After == "" {
		page.Lead, items = &items[0], items[1:]
	}
	page.Months = byMonth(say, items)
	return s.page("index", page)
}

// byMonth groups releases, newest first, by the month of their lift where they were written.
func byMonth(say words.Speaker, items []releases.Live) []month {
	var months []month
	for _, l := range items {
		name := say.Month(l.LiftAt, l.Zone)
		if len(months) == 0 || months[len(months)-1].Name != name {
			months = append(months, month{Name: name})
		}
		last := &months[len(months)-1]
		last.Items = append(last.Items, l)
	}
	return months
}

// badCursorIsMissing makes a cursor that nobody was given an address where there is nothing.
func badCursorIsMissing(err error) error {
	if faults := (input.Faults)(nil); errors.As(err, &faults) {
		return releases.ErrNotFound
	}
	return err
}

// Foreign names the language of a release that is not in the page's own; "" for one that is.
func (p indexPage) Foreign(l releases.Live) string {
	if isOf(l.Text.Language, p.Say) {
		return ""
	}
	return feeds.LanguageName(p.words, l.Text.Language)
}

// IsTopic says whether the page is a topic's.
func (p indexPage) IsTopic(t releases.Topic) bool { return p.Topic != nil && p.Topic.Slug == t.Slug }
