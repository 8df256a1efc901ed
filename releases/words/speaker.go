package words

import (
	"github.com/go-playground/locales"
	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Speaker says things in one language. Words.In makes one.
type Speaker struct {
	Language string

	texts  *i18n.Localizer
	format locales.Translator
	zones  *zones
}

// T is the text of a message; args are key, value pairs for its placeholders. A "Count" chooses
// between one and many. A missing message comes back as its id, and a test makes sure there is none.
//
// Whole numbers are written as the language groups them; one that must stay as it is, such as a year
// or a port, is given as text.
func (s Speaker) T(id string, args ...any) string {
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		if key, ok := args[i].(string); ok {
			m[key] = args[i+1]
		}
	}
	return s.TMap(id, m)
}

// TMap is T with the placeholders in a map, as faults and conflicts carry them.
func (s Speaker) TMap(id string, args map[string]any) string {
	written := make(map[string]any, len(args))
	for key, value := range args {
		if n, ok := value.(int); ok {
			value = s.Number(n)
		}
		written[key] = value
	}
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: written}
	if count, ok := args["Count"].(int); ok {
		config.PluralCount = count
	}
	// An error beside a text says only that the message has one form for every count.
	text, _ := s.texts.Localize(config)
	if text == "" {
		return id
	}
	return text
}
