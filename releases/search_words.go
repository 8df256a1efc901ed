package releases

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Bounds of what is looked at: no word that a person types is longer, and no engine's index has to
// take more.
const (
	longestWord = 60      // characters
	mostWords   = 12      // of a query
	mostText    = 200_000 // bytes of one field of the index
)

// wordsOf are the words of a text as both engines index them: letters and digits in lower case. It
// is done here because the engines fold by rules of their own, and Postgres by its locale's.
func wordsOf(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, word := range words {
		if cut := []rune(word); len(cut) > longestWord {
			words[i] = string(cut[:longestWord])
		}
	}
	return words
}

// fold takes the marks off letters: "får" and "far" become one, for those who can't type them.
func fold(text string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		return text
	}
	return bare
}

// searchable is one field of the index: words with a space between them, cut to a size.
func searchable(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		for _, word := range wordsOf(text) {
			if b.Len()+len(word) > mostText {
				return b.String()
			}
			b.WriteString(word + " ")
		}
	}
	return b.String()
}
