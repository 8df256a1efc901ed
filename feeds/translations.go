package feeds

import "dateline/releases"

// Translation is a page in one of the languages that the same news is told in.
type Translation struct {
	Language string // BCP 47, or "x-default"
	Address  string // absolute
}

// Hreflangs are the pages of a release in each language that it is in, and the one for readers of any
// other. None where there is only one.
func (s Site) Hreflangs(l releases.Live) []Translation {
	return s.hreflangs(l.Newsroom.Language, l.Translations)
}

// hreflangs has for other readers the page in the newsroom's language, else the first.
func (s Site) hreflangs(newsroomLanguage string, all []releases.Address) []Translation {
	if len(all) < 2 {
		return nil
	}
	pages, other := make([]Translation, len(all)), s.pageAddress(all[0])
	for i, a := range all {
		pages[i] = Translation{Language: a.Language, Address: s.pageAddress(a)}
		if a.Language == newsroomLanguage {
			other = pages[i].Address
		}
	}
	return append(pages, Translation{Language: "x-default", Address: other})
}

func (s Site) pageAddress(a releases.Address) string { return s.Base + "/" + a.Newsroom + "/" + a.Slug }

// others are a release's translations but itself, for the formats that name each item by its id.
func (s Site) others(l releases.Live) []translated {
	var all []translated
	for _, a := range l.Translations {
		if a.ID != l.ID {
			all = append(all, translated{tag(l.Newsroom, a.ID), s.pageAddress(a), a.Language, LanguageName(s.Words, a.Language), timestamp(a.UpdatedAt)})
		}
	}
	return all
}

// translated is another release that says the same.
type translated struct {
	ID, Address    string
	Language, Name string // tag, and what it calls itself
	Updated        string
}
