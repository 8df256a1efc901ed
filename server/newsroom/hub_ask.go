package newsroom

import (
	"mime"
	"strings"

	"dateline/feeds"
	"dateline/jobs/hub"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// maxHubRequest is far more than any subscriber sends: two addresses and a secret.
const maxHubRequest = 16 << 10

func (s *Site) hubAddress() string { return s.deps.BaseURL + "/hub" }

// offerHub has a feed name the hub, and gives the Link header that tells who reads it where it can be
// subscribed to, and as what (WebSub section 4). Pages of older releases are no topics: only a feed's
// current document changes.
func (s *Site) offerHub(feed *feeds.Feed, format feeds.Format) (link string) {
	if feed.Page != (feeds.Page{}) {
		return ""
	}
	feed.Hub = s.hubAddress()
	return "<" + feed.Hub + `>; rel="hub", <` + feed.Address(format) + `>; rel="self"`
}

// showHub is for people who follow the link.
func (s *Site) showHub(c *fiber.Ctx) error {
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return sayPlainly(c, fiber.StatusOK, s.askersSpeaker(c).T("newsroom.hub_about"))
}

// askHub takes a subscriber's request (WebSub section 5.1). What is wrong with it is told in plain text.
func (s *Site) askHub(c *fiber.Ctx) error {
	err := s.readHubRequest(c)
	if err == nil {
		return sayPlainly(c, fiber.StatusAccepted, s.askersSpeaker(c).T("newsroom.hub_accepted"))
	}
	web.Blame(c, err)
	problem := web.ProblemOf(err, s.askersSpeaker(c))
	lines := []string{problem.Detail}
	for _, f := range problem.Fields {
		lines = append(lines, f.Field+": "+f.Detail)
	}
	return sayPlainly(c, problem.Status, strings.Join(lines, "\n"))
}

func (s *Site) readHubRequest(c *fiber.Ctx) error {
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != fiber.MIMEApplicationForm {
		return fiber.ErrUnsupportedMediaType
	}
	if len(c.Body()) > maxHubRequest {
		return fiber.ErrRequestEntityTooLarge
	}
	sent := c.Request().PostArgs()
	value := func(name string) string { return string(sent.Peek(name)) }
	return s.deps.Hub.Ask(web.Context(c), c.IP(), hub.Request{
		Callback: value("hub.callback"), Mode: value("hub.mode"), Topic: value("hub.topic"),
		LeaseSeconds: value("hub.lease_seconds"), Secret: value("hub.secret"),
	})
}

func sayPlainly(c *fiber.Ctx, status int, text string) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, web.NoStore)
	return c.Status(status).SendString(text + "\n")
}
