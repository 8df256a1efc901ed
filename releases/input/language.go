package input

import "golang.org/x/text/language"

// Language canonicalises a BCP 47 tag ("sv", "en-GB"); ok is false when there is no such language.
func Language(tag string) (canonical string, ok bool) {
	if len(tag) > 35 { // the longest that RFC 5646 section 4.4.1 asks to make room for
		return "", false
	}
	parsed, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	// "und" and private tags name no language.
	if base, _, _ := parsed.Raw(); base.String() == "und" {
		return "", false
	}
	return parsed.String(), true
}
