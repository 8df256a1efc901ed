package feeds

import (
	"strings"
	"time"

	"dateline/releases"
)

// ID is the tag URI (RFC 4151) of a release. It names neither the release's address nor the
// server's, so it survives a new slug, a correction and a move to another domain. Its authority is
// the domain that the newsroom was created with, at the date when that was.
func ID(l releases.Live) string { return tag(l.Newsroom, l.ID) }

// ID is the feed's own, the same in every format and in each of its documents. A feed of all
// newsrooms has no newsroom to vouch for its id and is known by its address.
func (f Feed) ID() string {
	f.Page = Page{}
	if f.Newsroom.ID == "" {
		return f.Base + "/" + f.query()
	}
	return tag(f.Newsroom, strings.TrimPrefix(f.path(f.Newsroom.ID), "/")+f.query())
}

func tag(n releases.Newsroom, specific string) string {
	return "tag:" + n.TagAuthority + "," + n.CreatedAt.UTC().Format(time.DateOnly) + ":" + specific
}
