// Package words is every text that a person sees, in Swedish and English, and dates and numbers as
// each language writes them. Code names a message by its id; the texts are in catalogues/, one file
// for each area of the product and language, and an id begins with its area: "desk.sign_in" is in
// desk.sv.json and desk.en.json.
//
// A text may hold placeholders, {{.Topic}}, and may differ between one and many, by {{.Count}}:
//
//	"desk.releases": {"one": "{{.Count}} release", "other": "{{.Count}} releases"}
package words

import (
	"embed"
	"sync"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/sv"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalogues/*.json
var catalogues embed.FS

// Words holds the catalogues.
type Words struct {
	languages []string
	speakers  map[string]Speaker // by language
}

// Load gives the embedded catalogues, read once. It fails when one is broken.
func Load() (*Words, error) { return embedded() }

var embedded = sync.OnceValues(func() (*Words, error) { return load(catalogues) })

// formats are how each language writes dates and numbers. English is that of Europe: day, month, year.
func formats() map[string]locales.Translator {
	return map[string]locales.Translator{"en": en_GB.New(), "sv": sv.New()}
}

// newWords lets each language of a bundle speak.
func newWords(bundle *i18n.Bundle, languages []string) *Words {
	w := &Words{languages: languages, speakers: make(map[string]Speaker, len(languages))}
	formats, zones := formats(), &zones{}
	for _, l := range languages {
		w.speakers[l] = Speaker{
			Language: l,
			texts:    i18n.NewLocalizer(bundle, l),
			format:   formats[l],
			zones:    zones,
		}
	}
	return w
}

// Languages are the BCP 47 tags that have a catalogue: "en", "sv".
func (w *Words) Languages() []string { return w.languages }

// In speaks the given language, or the nearest one that there is, English at the last. It takes a tag
// ("sv-FI" is Swedish) or the list of them that a browser sends (Accept-Language, RFC 9110 section
// 12.5.4).
func (w *Words) In(languages string) Speaker {
	if s, ok := w.speakers[languages]; ok {
		return s
	}
	wanted, _, err := language.ParseAcceptLanguage(languages)
	if err != nil {
		return w.speakers["en"]
	}
	for _, tag := range wanted {
		base, _ := tag.Base()
		if s, ok := w.speakers[base.String()]; ok {
			return s
		}
	}
	return w.speakers["en"]
}
