package feeds

import (
	"net/url"

	"dateline/releases"
)

// Address is the absolute address of the feed in a format.
func (f Feed) Address(format Format) string {
	return f.Home() + "/feed." + string(format) + f.query()
}

// Home is the absolute address of the page that the feed mirrors.
func (f Feed) Home() string { return f.Base + f.path(f.Newsroom.Slug) }

// path begins with what stands for the newsroom: its slug in addresses, its id in ids.
func (f Feed) path(newsroom string) string {
	path := ""
	if newsroom != "" {
		path += "/" + newsroom
	}
	if f.Topic != "" {
		path += "/topics/" + url.PathEscape(f.Topic)
	}
	return path
}

func (f Feed) query() string {
	q := url.Values{}
	if f.Kind != "" {
		q.Set("kind", string(f.Kind))
	}
	if f.Language != "" {
		q.Set("language", f.Language)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// ReleaseAddress is the absolute address of a release's page.
func ReleaseAddress(base string, l releases.Live) string {
	return base + "/" + l.Newsroom.Slug + "/" + l.Slug
}
