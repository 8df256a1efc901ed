package newsroom

import (
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// showUnsubscribe asks; it changes nothing, since mail scanners open every link.
func (s *Site) showUnsubscribe(c *fiber.Ctx) error {
	sub, err := s.deps.Subscribers.ByUnsubscribeToken(web.Context(c), c.Params("token"))
	if err != nil {
		return s.deadLink(c, err)
	}
	if sub.State == subscribers.StateUnsubscribed {
		return s.writeLetterPage(c, "unsubscribed", sub)
	}
	return s.writeLetterPage(c, "unsubscribe", sub)
}

// unsubscribe is the page's button and a mail provider's one click alike (RFC 8058 section 3.1): the
// address says all, so that the body is not looked at.
func (s *Site) unsubscribe(c *fiber.Ctx) error {
	return s.settle(c, "unsubscribed", s.deps.Subscribers.Unsubscribe)
}
