package feeds

import (
	"encoding/xml"
	"time"

	"dateline/releases"
)

type (
	opml struct {
		XMLName  xml.Name      `xml:"opml"`
		Version  string        `xml:"version,attr"`
		Title    string        `xml:"head>title"`
		Modified string        `xml:"head>dateModified"`
		Outlines []opmlOutline `xml:"body>outline"`
	}
	opmlOutline struct {
		Text        string        `xml:"text,attr"`
		Title       string        `xml:"title,attr,omitempty"`
		Type        string        `xml:"type,attr,omitempty"`
		Description string        `xml:"description,attr,omitempty"`
		Language    string        `xml:"language,attr,omitempty"`
		Address     string        `xml:"xmlUrl,attr,omitempty"`
		Home        string        `xml:"htmlUrl,attr,omitempty"`
		Outlines    []opmlOutline `xml:"outline"`
	}
)

// OPMLAddress is where the list of every feed is.
func (s Site) OPMLAddress() string { return s.Base + "/feeds.opml" }

// OPML writes a list of every feed (OPML 2.0), which readers import: of all newsrooms and of each, with those
// that they are narrowed to. Combinations of these go without saying.
func (s Site) OPML(newsrooms []releases.Newsroom) ([]byte, error) {
	all := Feed{Site: s}
	document := &opml{
		Version:  "2.0",
		Title:    all.Title(),
		Outlines: []opmlOutline{{Text: all.Title(), Outlines: newOutlines(all)}},
	}
	modified := all.Updated()
	for _, n := range newsrooms {
		feed := Feed{Site: s, Newsroom: n}
		modified = later(modified, feed.Updated())
		document.Outlines = append(document.Outlines, opmlOutline{Text: fit(n.Name), Outlines: newOutlines(feed)})
	}
	document.Modified = rfc822(modified)
	return writeXML(document, "")
}

// newOutlines are a feed and those that it is narrowed to.
func newOutlines(f Feed) []opmlOutline {
	outlines := []opmlOutline{newOutline(f)}
	for _, narrowed := range f.Narrowed() {
		outlines = append(outlines, newOutline(narrowed))
	}
	return outlines
}

// newOutline points at a feed. Its type is "rss" whatever format the feed has.
func newOutline(f Feed) opmlOutline {
	return opmlOutline{
		Text:        f.Title(),
		Title:       f.Title(),
		Type:        "rss",
		Description: f.Description(),
		Language:    f.language(),
		Address:     f.Address(FormatAtom),
		Home:        f.Home(),
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
