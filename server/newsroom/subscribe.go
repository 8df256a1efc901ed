package newsroom

import (
	"errors"
	"strings"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/server/auth"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// One network address may ask this often. Beside it each mail address has a limit of its own.
const (
	asks       = 30
	asksWithin = 15 * time.Minute
)

// askedPage says where to look now. It is the same whatever is known of the address.
type askedPage struct {
	view
	Email string
}

func (s *Site) subscribe(c *fiber.Ctx) error {
	page, err := s.newSubscribePage(c)
	if err != nil {
		return err
	}
	page.Typed = typed(c, page.Consent())
	// People do not see this field. What fills it in gets the answer that it hopes for.
	if c.FormValue("website") == "" {
		err = s.ask(c, page.Newsroom, page.Typed)
	}
	if faults := (input.Faults)(nil); errors.As(err, &faults) {
		page.Problem = web.ProblemOf(err, page.Say)
		return s.pages.Write(c, page.Problem.Status, "subscribe", page)
	}
	if err != nil {
		return err
	}
	page.Title, page.Canonical = page.Say.T("newsroom.asked"), ""
	return s.pages.Write(c, fiber.StatusOK, "asked", askedPage{view: page.view, Email: page.Typed.Email})
}

// ask records what was asked for and posts the letter that follows.
func (s *Site) ask(c *fiber.Ctx, n releases.Newsroom, in subscribers.Input) error {
	ctx := web.Context(c)
	allowed, err := s.deps.Limits.Allow(ctx, "subscribe:"+c.IP(), asks, asksWithin)
	if err != nil {
		return err
	}
	if !allowed {
		return auth.ErrTooMany
	}
	asked, err := s.deps.Subscribers.Ask(ctx, stranger(c), audienceOf(n), in)
	if err != nil || asked.Quiet {
		return err
	}
	kind := "confirm"
	if asked.Already {
		kind = "already_subscribed"
	}
	return s.deps.Letters.Post(ctx, jobs.Letter{
		NewsroomID: n.ID, Kind: kind, Recipient: asked.Subscriber.Email, Language: asked.Subscriber.Language,
		Data: map[string]string{"subscriber": asked.Subscriber.ID},
	})
}

// typed is the form as it was filled in. Its strings are copies: the app is Immutable.
func typed(c *fiber.Ctx, consent string) subscribers.Input {
	in := subscribers.Input{
		Email:    strings.TrimSpace(c.FormValue("email")),
		Name:     c.FormValue("name"),
		Outlet:   c.FormValue("outlet"),
		Language: c.FormValue("language"),
		Consent:  consent,
	}
	if form, err := c.MultipartForm(); err == nil {
		in.Topics = form.Value["topics"]
		return in
	}
	for _, topic := range c.Request().PostArgs().PeekMulti("topics") {
		in.Topics = append(in.Topics, string(topic))
	}
	return in
}

// stranger is whoever sent the request, for the history.
func stranger(c *fiber.Ctx) history.Actor { return history.Actor{Name: "stranger", From: c.IP()} }

// audienceOf is what subscribers has to know of a newsroom.
func audienceOf(n releases.Newsroom) subscribers.Newsroom {
	topics := make(map[string]string, len(n.Topics))
	for _, t := range n.Topics {
		topics[t.Slug] = t.Name
	}
	return subscribers.Newsroom{ID: n.ID, Language: n.Language, Topics: topics}
}
