package input

import (
	"strings"

	"github.com/gosimple/slug"
)

// maxSlug is the longest address part.
const maxSlug = 80

// Slug makes an address part from words: "Öppet hus på torsdag" becomes "oppet-hus-pa-torsdag".
// At most 80 characters, cut between words; "" when nothing can be made of it.
func Slug(s string) string {
	// The library would spell out & and @ in English.
	s = slug.Make(strings.NewReplacer("&", " ", "@", " ", "_", " ").Replace(s))
	return cutSlug(s, maxSlug)
}

// SuffixedSlug is a slug with a suffix after it, cut so that both fit.
func SuffixedSlug(s, suffix string) string {
	return cutSlug(s, maxSlug-1-len(suffix)) + "-" + suffix
}

func cutSlug(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	if cut := strings.LastIndexByte(s[:limit+1], '-'); cut > 0 {
		return s[:cut]
	}
	return s[:limit]
}

// IsSlug says whether s can be an address part: a-z, 0-9 and single hyphens between them, 1 to 80 long.
func IsSlug(s string) bool {
	if s == "" || len(s) > maxSlug || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}
