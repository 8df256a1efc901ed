package newsroom

import (
	"dateline/feeds"
	"dateline/releases"
)

// otherLanguage leads to the same news in another language.
type otherLanguage struct{ Slug, Language, Name string }

// otherLanguages are those of a release's translations that are live.
func (s *Site) otherLanguages(l releases.Live) []otherLanguage {
	var others []otherLanguage
	for _, a := range l.Translations {
		if a.ID != l.ID {
			others = append(others, otherLanguage{Slug: a.Slug, Language: a.Language, Name: feeds.LanguageName(s.deps.Words, a.Language)})
		}
	}
	return others
}
