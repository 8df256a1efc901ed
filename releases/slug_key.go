package releases

import (
	"fmt"
	"strings"

	"dateline/releases/vault"
)

// An address follows the headline, so that before the lift it is as secret. It is stored sealed, and
// found by a keyed hash that nobody without the secret can test guesses against.

var (
	slugs       = vault.Column{Table: "releases", Name: "slug", Key: []string{"id"}}
	formerSlugs = vault.Column{Table: "release_slugs", Name: "slug", Key: []string{"release_id"}}
)

// slugKey is what a new address is found by.
func slugKey(keys *vault.Keys, slug string) string { return keys.Blind("slug", slug)[0] }

// bySlug is the condition on release_slugs s that finds addresses, whichever secret they were stored
// under; what it needs it puts after args. Of any address it costs the same.
func bySlug(keys *vault.Keys, args *[]any, slugs ...string) string {
	var marks []string
	for _, slug := range slugs {
		for _, hash := range keys.Blind("slug", slug) {
			*args = append(*args, hash)
			marks = append(marks, fmt.Sprintf("$%d", len(*args)))
		}
	}
	return `s.slug_key IN (` + strings.Join(marks, ", ") + `)`
}
