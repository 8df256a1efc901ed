package newsroom

import (
	"html/template"
	"net/url"
	"strings"

	"dateline/feeds"
	"dateline/releases"
	"dateline/releases/words"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// view is what the layout of every public page needs.
type view struct {
	web.Page
	Newsroom   releases.Newsroom // zero on pages that belong to none
	Feeds      []feedLink
	Meta       []feeds.Meta
	Alternates []alternate
	Hreflangs  []feeds.Translation // the page in each language that it is in; none when it is in one
	Article    template.JS         // the release for search engines, as JSON-LD; "" for none
	Front      bool                // the newsroom's own page, whose heading is its name
	Hidden     bool                // search engines are asked to leave it out
}

// alternate is another form of the page, at an absolute address.
type alternate struct {
	Type       mediaType
	Title, URL string
}

// feedLink offers a feed in one format.
type feedLink struct {
	URL         string
	Type        mediaType
	Name, Title string
}

// mediaType is one that the program knows, never one that somebody gave.
type mediaType string

// Attribute is the type as a link has it. Templates write the plus sign of "application/atom+xml" as a reference,
// which not everything that looks for feeds in a page undoes.
func (t mediaType) Attribute() template.HTMLAttr { return template.HTMLAttr(`type="` + t + `"`) }

// newView begins a page of a newsroom, with the feeds that mirror it.
func (s *Site) newView(n releases.Newsroom, say words.Speaker, feed feeds.Feed) view {
	return view{Page: web.Page{Say: say}, Newsroom: n, Feeds: feedLinks(say, feed, feeds.Formats)}
}

func feedLinks(say words.Speaker, feed feeds.Feed, formats []feeds.Format) []feedLink {
	links := make([]feedLink, len(formats))
	for i, format := range formats {
		name := say.T("newsroom.feed_" + string(format))
		links[i] = feedLink{URL: feed.Address(format), Type: mediaType(format.Type()), Name: name, Title: feed.Title() + " (" + name + ")"}
	}
	return links
}

// feedOf is a newsroom's feed, or that of one of its topics.
func (s *Site) feedOf(n releases.Newsroom, topic string) feeds.Feed {
	return feeds.Feed{Site: s.documents, Newsroom: n, Topic: topic, Style: s.assets.URL("feed.css")}
}

// SubscribeURL is where one subscribes to the page's newsroom, in the page's language.
func (v view) SubscribeURL() string {
	address := "/" + v.Newsroom.Slug + "/subscribe"
	if v.Say.Language != v.Newsroom.Language {
		address += "?" + url.Values{"language": {v.Say.Language}}.Encode()
	}
	return address
}

// FeedsURL is the page on the feeds of the page's newsroom, or of all.
func (v view) FeedsURL() string {
	if v.Newsroom.Slug == "" {
		return "/feeds"
	}
	return "/" + v.Newsroom.Slug + "/feeds"
}

// Consent is what one agrees to by subscribing. It is stored with the subscriber as it was read.
func (v view) Consent() string { return v.Say.T("newsroom.consent", "Newsroom", v.Newsroom.Name) }

// Kind names what sort of item a release is.
func (v view) Kind(l releases.Live) string { return feeds.KindName(v.Say, l.Text.Kind, 1) }

// send answers with a page that is the same for everyone. It may be kept but is asked for again each
// time: any other age, let alone one that ends at the next lift, would tell of a lift to come.
func (s *Site) send(c *fiber.Ctx, name string, data any) error {
	document, err := s.page(name, data)
	if err != nil {
		return err
	}
	return web.Send(c, document)
}

func (s *Site) page(name string, data any) (web.Document, error) {
	body, err := s.pages.Bytes(name, data)
	return web.Document{Body: body, Type: web.TypeHTML, Cache: web.NoCache}, err
}

// speakerOf speaks a release's language where there is a catalogue in it, else its newsroom's.
func (s *Site) speakerOf(l releases.Live) words.Speaker { return s.speaks(l.Text.Language, l.Newsroom) }

func (s *Site) speaks(language string, n releases.Newsroom) words.Speaker {
	if say := s.deps.Words.In(language); isOf(language, say) {
		return say
	}
	return s.deps.Words.In(n.Language)
}

// isOf says whether a text with this tag is in the language of say: "sv-FI" is Swedish.
func isOf(tag string, say words.Speaker) bool {
	language, _, _ := strings.Cut(tag, "-")
	return language == say.Language
}

// askersSpeaker speaks the language that the browser asks for, on pages that belong to no newsroom.
func (s *Site) askersSpeaker(c *fiber.Ctx) words.Speaker {
	return s.deps.Words.In(c.Get(fiber.HeaderAcceptLanguage))
}
