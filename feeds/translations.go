package feeds

// Translation is a page in one of the languages that the same news is told in.
type Translation struct {
	Language string // BCP 47, or "x-default"
	Address  string // absolute
}

// Translations adds to the pages of one piece of news the one for readers of any other language: that
// in the newsroom's language, else the first. None where there is only one.
func Translations(newsroomLanguage string, pages []Translation) []Translation {
	if len(pages) < 2 {
		return nil
	}
	other := pages[0].Address
	for _, page := range pages {
		if page.Language == newsroomLanguage {
			other = page.Address
		}
	}
	return append(pages[:len(pages):len(pages)], Translation{Language: "x-default", Address: other})
}
