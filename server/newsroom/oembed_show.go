package newsroom

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/feeds"
	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// showOEmbed answers sites that are given a release's address and would show a card of it.
func (s *Site) showOEmbed(c *fiber.Ctx) error {
	l, err := s.byAddress(c, c.Query("url"))
	if err != nil {
		return err
	}
	size := feeds.Embed{MaxWidth: pixels(c.Query("maxwidth")), MaxHeight: pixels(c.Query("maxheight"))}
	write, mediaType := s.documents.OEmbedJSON, fiber.MIMEApplicationJSONCharsetUTF8
	switch c.Query("format") {
	case "", "json":
	case "xml":
		write, mediaType = s.documents.OEmbedXML, "text/xml; charset=utf-8"
	default: // oEmbed 1.0, section 2.3
		c.Set(fiber.HeaderCacheControl, web.NoStore)
		return c.SendStatus(fiber.StatusNotImplemented)
	}
	body, err := write(l, size)
	if err != nil {
		return err
	}
	return web.Send(c, web.Document{Body: body, Type: mediaType, Cache: web.NoCache, Open: true})
}

// byAddress finds the live release whose page, former page or short link has this absolute address.
func (s *Site) byAddress(c *fiber.Ctx, address string) (releases.Live, error) {
	parsed, err := url.Parse(address)
	base, _ := url.Parse(s.deps.BaseURL)
	if err != nil || base == nil || !strings.EqualFold(parsed.Host, base.Host) {
		return releases.Live{}, releases.ErrNotFound
	}
	newsroom, slug, found := strings.Cut(strings.Trim(parsed.Path, "/"), "/")
	if !found {
		return releases.Live{}, releases.ErrNotFound
	}
	if newsroom == "r" {
		return s.deps.Public.ByID(web.Context(c), s.deps.Now(), slug)
	}
	l, err := s.deps.Public.Release(web.Context(c), s.deps.Now(), newsroom, slug)
	if moved := (*releases.Moved)(nil); errors.As(err, &moved) {
		return s.deps.Public.Release(web.Context(c), s.deps.Now(), newsroom, moved.Slug)
	}
	return l, err
}

// pixels reads a limit; what is none limits nothing.
func pixels(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// showEmbed answers with the card that other sites show in a frame. It is the one page that they may.
func (s *Site) showEmbed(c *fiber.Ctx) error {
	return s.keep(c, key(c, "page"), func(now time.Time) (web.Document, error) {
		l, err := s.live(c, now, "/embed")
		if err != nil {
			return web.Document{}, err
		}
		document, err := s.page("embed", s.newReleasePage(l))
		document.Policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors *"
		return document, err
	})
}
