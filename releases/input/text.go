package input

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean makes one line of text fit to store: valid UTF-8 in NFC, without the control characters that
// XML 1.0 section 2.2 forbids and without line breaks, ends trimmed. changed says whether anything
// but space at the ends was taken out.
func Clean(s string) (clean string, changed bool) {
	s, changed = storable(s)
	return strings.TrimSpace(norm.NFC.String(oneLine(s))), changed
}

// CleanBlock is Clean for text of several lines: line breaks are kept as \n, tabs too.
func CleanBlock(s string) (clean string, changed bool) {
	s, changed = storable(s)
	return strings.TrimSpace(norm.NFC.String(s)), changed
}

// Readable says whether a text is UTF-8 all through. A replacement character counts as not: some program
// before us could not read what stood there, so only whoever wrote it can say what was meant.
func Readable(s string) bool { return !strings.ContainsRune(s, utf8.RuneError) } // found for bytes that are none, too

// storable takes out what can't be stored and shown everywhere, and turns every kind of line break
// into \n, which is no loss.
func storable(s string) (kept string, changed bool) {
	kept = strings.Map(func(r rune) rune {
		if unstorable(r) {
			changed = true
			return -1
		}
		return r
	}, lineBreaks.Replace(s))
	return kept, changed
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// unstorable counts the replacement character, which is what a decoder makes of bytes that are not
// UTF-8, and the C1 controls and byte order mark, which XML allows but nobody means.
func unstorable(r rune) bool {
	switch r {
	case '\n', '\t':
		return false
	case utf8.RuneError, '\uFEFF', '\uFFFE', '\uFFFF':
		return true
	}
	return unicode.IsControl(r)
}

// oneLine puts one space for each run of line breaks and tabs and the spaces around it.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' })
	for i, part := range parts {
		parts[i] = strings.Trim(part, " ")
	}
	return strings.Join(parts, " ")
}
