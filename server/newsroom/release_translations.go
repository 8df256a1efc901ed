package newsroom

import (
	"time"

	"dateline/feeds"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// otherLanguage leads to the same news in another language.
type otherLanguage struct{ Slug, Language, Name string }

// addTranslations names those of a release's translations that are live, on the page and to search engines.
func (s *Site) addTranslations(c *fiber.Ctx, now time.Time, p *releasePage) error {
	all, err := s.deps.Public.Translations(web.Context(c), now, p.Live)
	if err != nil {
		return err
	}
	pages := make([]feeds.Translation, len(all))
	for i, l := range all {
		pages[i] = feeds.Translation{Language: l.Text.Language, Address: s.documents.ReleaseAddress(l)}
		if l.ID != p.Live.ID {
			p.Others = append(p.Others, otherLanguage{Slug: l.Slug, Language: l.Text.Language, Name: feeds.LanguageName(s.deps.Words, l.Text.Language)})
		}
	}
	p.Hreflangs = feeds.Translations(p.Newsroom.Language, pages)
	return nil
}
