package input

// Clean makes one line of text fit to store: valid UTF-8 in NFC, without the control characters that
// XML 1.0 section 2.2 forbids and without line breaks, ends trimmed. changed says whether anything
// but space at the ends was taken out.
func Clean(s string) (clean string, changed bool) { panic("unwritten") }

// CleanBlock is Clean for text of several lines: line breaks are kept as \n, tabs too.
func CleanBlock(s string) (clean string, changed bool) { panic("unwritten") }

// Language canonicalises a BCP 47 tag ("sv", "en-GB"); ok is false when there is no such language.
func Language(tag string) (canonical string, ok bool) { panic("unwritten") }

// Zone says whether there is such an IANA zone. "Local" and "" are none.
func Zone(name string) bool { panic("unwritten") }

// Slug makes an address part from words: "Öppet hus på torsdag" becomes "oppet-hus-pa-torsdag".
// At most 80 characters, cut between words.
func Slug(s string) string { panic("unwritten") }

// IsSlug says whether s can be an address part: a-z, 0-9 and single hyphens between them, 1 to 80 long.
func IsSlug(s string) bool { panic("unwritten") }
