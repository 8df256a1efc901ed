package newsroom

import (
	"cmp"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// relatedLength is how many other releases a page leads on to.
const relatedLength = 3

// releasePage is a release as the world reads it.
type releasePage struct {
	view
	Live    releases.Live
	URL     string // absolute
	Body    template.HTML
	About   template.HTML
	AboutIn string // its language
	Topics  []releases.Topic
	Updated bool // the text has changed since it was published
	Related []releases.Live
	Others  []otherLanguage
	Files   string         // what the addresses of its files begin with
	Pass    *releases.Pass // that it is shown to before its lift; nil for everyone else
	Ninjs   string         // where the holder of a pass has it for a newsroom system
}

// Key is the picture that stands with the text, nil when there is none.
func (p releasePage) Key() *releases.File {
	if pictures := p.Live.Text.Pictures(); len(pictures) > 0 {
		return &pictures[0]
	}
	return nil
}

func (s *Site) showRelease(c *fiber.Ctx) error {
	err := s.keep(c, key(c, "page"), func(now time.Time) (web.Document, error) {
		l, err := s.live(c, now, "")
		if err != nil {
			return web.Document{}, err
		}
		page := s.newReleasePage(l)
		page.Meta = s.documents.OpenGraph(l)
		if page.Article, err = s.documents.Article(l); err != nil {
			return web.Document{}, err
		}
		page.Alternates = s.otherFormats(l)
		page.Others, page.Hreflangs = s.otherLanguages(l), s.documents.Hreflangs(l)
		if page.Related, err = s.related(c, now, l); err != nil {
			return web.Document{}, err
		}
		return s.page("release", page)
	})
	return s.showWithdrawn(c, err)
}

// otherFormats are the same release for machines.
func (s *Site) otherFormats(l releases.Live) []alternate {
	address := s.documents.ReleaseAddress(l)
	return []alternate{
		{Type: "application/json", Title: "ninjs", URL: address + ".json"},
		{Type: fiber.MIMETextPlain, URL: address + ".txt"},
		{Type: "application/json+oembed", URL: s.documents.OEmbedAddress(address, "json")},
		{Type: "text/xml+oembed", URL: s.documents.OEmbedAddress(address, "xml")},
	}
}

// Preview renders a release's page as the world would see it, for the desk.
func (s *Site) Preview(l releases.Live) ([]byte, error) {
	page := s.newReleasePage(l)
	page.Canonical, page.Hidden, page.Files = "", true, "/desk/files/"
	return s.pages.Bytes("release", page)
}

func (s *Site) newReleasePage(l releases.Live) releasePage {
	p := releasePage{view: s.newView(l.Newsroom, s.speakerOf(l), s.feedOf(l.Newsroom, "")), Live: l, URL: s.documents.ReleaseAddress(l), Files: "/files/"}
	p.Title, p.Canonical = l.Text.Headline, p.URL
	p.Description = cmp.Or(l.Text.Lede, opening(l.Text.Body))
	p.Body = releases.HTML(l.Text.Body, p.URL)
	about, language := l.Text.About(l.Newsroom)
	p.About, p.AboutIn = releases.HTML(about, p.URL), language
	p.Updated = l.UpdatedAt.After(l.LiftAt)
	for _, slug := range l.Text.Topics {
		if topic, err := topicOf(l.Newsroom, slug); err == nil {
			p.Topics = append(p.Topics, *topic)
		}
	}
	return p
}

// related are the newest others on the release's first topic, or of its newsroom.
func (s *Site) related(c *fiber.Ctx, now time.Time, l releases.Live) ([]releases.Live, error) {
	filter := releases.Filter{NewsroomID: l.Newsroom.ID, Language: l.Text.Language, Limit: relatedLength + 1}
	if len(l.Text.Topics) > 0 {
		filter.Topic = l.Text.Topics[0]
	}
	items, err := s.deps.Public.List(web.Context(c), now, filter)
	if err != nil {
		return nil, err
	}
	var others []releases.Live
	for _, other := range items {
		if other.ID != l.ID && len(others) < relatedLength {
			others = append(others, other)
		}
	}
	return others, nil
}

// opening is the first paragraph of a body as text, for a description where there is no lede.
func opening(body string) string {
	const limit = 300
	paragraph, _, _ := strings.Cut(releases.Plain(body), "\n\n")
	if utf8.RuneCountInString(paragraph) <= limit {
		return paragraph
	}
	cut := string([]rune(paragraph)[:limit])
	if end := strings.LastIndex(cut, " "); end > 0 {
		cut = cut[:end]
	}
	return cut + " …"
}
