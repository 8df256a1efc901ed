package newsroom

import (
	"slices"
	"strings"

	"dateline/feeds"
	"dateline/releases"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
)

// subscribePage is the form, empty or as it was typed and with what is wrong with it.
type subscribePage struct {
	view
	Action    string
	Typed     subscribers.Input
	Problem   web.Problem // zero when nothing is wrong
	Languages []language
}

// language is one in which there are mails.
type language struct{ Tag, Name string }

func (s *Site) showSubscribe(c *fiber.Ctx) error {
	page, err := s.newSubscribePage(c)
	if err != nil {
		return err
	}
	page.Typed.Language = page.Say.Language
	return s.send(c, "subscribe", page)
}

// newSubscribePage begins the form of the newsroom in the path, in the language that the query asks
// for where there is a catalogue in it, else the newsroom's.
func (s *Site) newSubscribePage(c *fiber.Ctx) (subscribePage, error) {
	n, err := s.deps.Public.Newsroom(web.Context(c), c.Params("newsroom"))
	if err != nil {
		return subscribePage{}, err
	}
	say := s.deps.Words.In(n.Language)
	if asked := s.deps.Words.In(c.Query("language")); isOf(c.Query("language"), asked) {
		say = asked
	}
	page := subscribePage{view: s.newView(n, say, s.feedOf(n, ""))}
	page.Title = say.T("newsroom.subscribe_to", "Newsroom", n.Name)
	page.Description = say.T("newsroom.subscribe_detail", "Newsroom", n.Name)
	page.Canonical = s.documents.NewsroomAddress(n) + "/subscribe"
	page.Action = page.SubscribeURL()
	for _, tag := range s.deps.Words.Languages() {
		page.Languages = append(page.Languages, language{Tag: tag, Name: feeds.LanguageName(s.deps.Words, tag)})
	}
	return page, nil
}

// Faults are what is wrong, one for each field of the page. Each topic is a field of its own in the
// input and one group here.
func (p subscribePage) Faults() []web.FieldProblem {
	var faults []web.FieldProblem
	for _, f := range p.Problem.Fields {
		f.Field, _, _ = strings.Cut(f.Field, "[")
		if !slices.ContainsFunc(faults, func(g web.FieldProblem) bool { return g.Field == f.Field }) {
			faults = append(faults, f)
		}
	}
	return faults
}

// Wrong says what is wrong with a field; "" when nothing is.
func (p subscribePage) Wrong(field string) string {
	for _, f := range p.Faults() {
		if f.Field == field {
			return f.Detail
		}
	}
	return ""
}

// Chosen says whether a topic was ticked.
func (p subscribePage) Chosen(t releases.Topic) bool { return slices.Contains(p.Typed.Topics, t.Slug) }

// InLanguage says whether a language is the one chosen.
func (p subscribePage) InLanguage(l language) bool { return p.Typed.Language == l.Tag }
