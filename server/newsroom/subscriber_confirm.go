package newsroom

import (
	"context"
	"errors"

	"dateline/releases/history"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// letterPage is what a link in a letter leads to: a question with a button, or what was done.
type letterPage struct {
	view
	Subscriber subscribers.Subscriber
}

// showConfirm asks; it changes nothing, since mail scanners open every link.
func (s *Site) showConfirm(c *fiber.Ctx) error {
	sub, err := s.deps.Subscribers.ByConfirmToken(web.Context(c), c.Params("token"))
	if err != nil {
		return s.deadLink(c, err)
	}
	if sub.State == subscribers.StateConfirmed {
		return s.writeLetterPage(c, "confirmed", sub)
	}
	return s.writeLetterPage(c, "confirm", sub)
}

func (s *Site) confirm(c *fiber.Ctx) error {
	return s.settle(c, "confirmed", s.deps.Subscribers.Confirm)
}

// settle does what a letter's link is for and shows what has been done, also when it was done before.
func (s *Site) settle(c *fiber.Ctx, page string, do func(context.Context, history.Actor, string) (subscribers.Subscriber, error)) error {
	sub, err := do(web.Context(c), stranger(c), c.Params("token"))
	if err != nil {
		return s.deadLink(c, err)
	}
	return s.writeLetterPage(c, page, sub)
}

// writeLetterPage answers in the language of the letter.
func (s *Site) writeLetterPage(c *fiber.Ctx, name string, sub subscribers.Subscriber) error {
	n, err := s.deps.Public.NewsroomByID(web.Context(c), sub.NewsroomID)
	if err != nil {
		return err
	}
	say := s.deps.Words.In(sub.Language)
	page := letterPage{view: s.newView(n, say, s.feedOf(n, "")), Subscriber: sub}
	page.Title, page.Hidden = say.T("newsroom."+name), true
	return s.pages.Write(c, fiber.StatusOK, name, page)
}

// deadLink tells whoever opened a link that is too old, or of somebody who has been erased, what to
// do instead.
func (s *Site) deadLink(c *fiber.Ctx, err error) error {
	if !errors.Is(err, subscribers.ErrNotFound) {
		return err
	}
	say := s.askersSpeaker(c)
	return s.pages.Write(c, fiber.StatusNotFound, "problem", problemPage{
		view:    view{Page: web.Page{Say: say, Title: say.T("newsroom.dead_link")}, Hidden: true},
		Problem: web.Problem{Status: fiber.StatusNotFound, Detail: say.T("newsroom.dead_link_detail")},
	})
}
