package feeds

import (
	"cmp"
	"net/url"
)

// Address is the absolute address of this document of the feed, in a format.
func (f Feed) Address(format Format) string {
	return f.Base + f.path(f.Newsroom.Slug) + "/feed." + string(format) + f.query()
}

// at is the address of another document of the feed.
func (f Feed) at(format Format, p Page) string {
	f.Page = p
	return f.Address(format)
}

// Home is the absolute address of the page that the feed mirrors.
func (f Feed) Home() string { return f.Base + cmp.Or(f.path(f.Newsroom.Slug), "/") }

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
	for name, value := range map[string]string{
		"after":    f.Page.After,
		"archive":  f.Page.Archive,
		"kind":     string(f.Kind),
		"language": f.Language,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}
