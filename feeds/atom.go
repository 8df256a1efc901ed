package feeds

import (
	"encoding/xml"

	"github.com/gorilla/feeds"
)

// The elements of gorilla/feeds, with what they lack. A field of ours shadows theirs of that name.
type (
	atomFeed struct {
		*feeds.AtomFeed
		XMLName  xml.Name `xml:"feed"`
		History  string   `xml:"xmlns:fh,attr,omitempty"`
		Media    string   `xml:"xmlns:media,attr"`
		Language string   `xml:"xml:lang,attr"`
		Head     *peopleHead
		Archive  *struct{}   `xml:"fh:archive"`
		Title    plain       `xml:"title"`
		Subtitle plain       `xml:"subtitle"`
		Links    []atomLink  `xml:"link"`
		Author   *atomAuthor `xml:"author"`
		Entries  []atomEntry `xml:"entry"`
		Foot     *peopleFoot
	}
	atomEntry struct {
		*feeds.AtomEntry
		XMLName    xml.Name `xml:"entry"`
		Language   string   `xml:"xml:lang,attr,omitempty"`
		Person     *peopleItem
		Title      plain          `xml:"title"`
		Links      []atomLink     `xml:"link"`
		Author     atomAuthor     `xml:"author"`
		Categories []atomCategory `xml:"category"`
		Summary    *plain         `xml:"summary"`
		Content    atomContent    `xml:"content"`
		Media      []mediaContent `xml:"media:content"`
	}
	atomLink struct {
		Rel      string `xml:"rel,attr"`
		Type     string `xml:"type,attr,omitempty"`
		Language string `xml:"hreflang,attr,omitempty"`
		Href     string `xml:"href,attr"`
		Length   int64  `xml:"length,attr,omitempty"`
		Title    string `xml:"title,attr,omitempty"`
	}
	atomAuthor struct {
		Name plain  `xml:"name"`
		URI  string `xml:"uri"`
	}
	atomCategory struct {
		Scheme string `xml:"scheme,attr"`
		Term   string `xml:"term,attr"`
		Label  string `xml:"label,attr"`
	}
	// CDATA keeps HTML short and readable; encoding/xml splits it where the text holds its end.
	atomContent struct {
		Type string `xml:"type,attr"`
		HTML string `xml:",cdata"`
	}
)

// Atom writes RFC 4287.
func Atom(f Feed) ([]byte, error) {
	items, updated := f.items(), f.Updated()
	for _, i := range items { // some of which may have been told apart by nanoseconds
		updated = later(updated, i.Updated)
	}
	feed := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns:   "http://www.w3.org/2005/Atom",
			Id:      f.ID(),
			Updated: timestamp(updated),
		},
		Media:    mediaSpace,
		Language: f.language(),
		Title:    plainText(f.Title()),
		Subtitle: plainText(f.Description()),
		Head:     f.peopleHead(),
		Foot:     f.peopleFoot(FormatAtom),
		Links:    append(f.links(FormatAtom), atomLink{Rel: "alternate", Type: "text/html", Href: f.Home()}),
	}
	if f.isArchive() {
		feed.History, feed.Archive = historySpace, &struct{}{}
	}
	if f.Newsroom.ID != "" {
		feed.Author = newAtomAuthor(f.author(f.Newsroom))
	}
	for at, i := range items {
		e := newAtomEntry(i)
		e.Person = f.peopleItem(f.Items[at], i)
		feed.Entries = append(feed.Entries, e)
	}
	return writeXML(feed, f.Style)
}

func newAtomAuthor(a author) *atomAuthor {
	return &atomAuthor{Name: plainText(a.Name), URI: a.Address}
}

func newAtomEntry(i item) atomEntry {
	e := atomEntry{
		AtomEntry: &feeds.AtomEntry{
			Id:        i.ID,
			Published: timestamp(i.Published),
			Updated:   timestamp(i.Updated),
		},
		Language: i.Language,
		Title:    plainText(i.Title),
		Links:    []atomLink{{Rel: "alternate", Type: "text/html", Href: i.Address}},
		Author:   *newAtomAuthor(i.Author),
		Content:  atomContent{Type: "html", HTML: i.Content},
		Media:    newMediaContents(i.Pictures),
	}
	// One alternate of a type for each language (RFC 4287 section 4.1.2). Some readers open the first, and some the
	// last whose type is no more than text/html: that is the entry's own.
	for _, o := range i.Others {
		e.Links[0].Language = i.Language
		e.Links = append(e.Links, atomLink{Rel: "alternate", Type: "text/html; charset=utf-8", Language: o.Language, Href: o.Address})
	}
	for _, p := range i.Pictures {
		e.Links = append(e.Links, atomLink{Rel: "enclosure", Type: p.Type, Href: p.Address, Length: p.Bytes, Title: p.Title})
	}
	if i.Summary != "" {
		summary := plainText(i.Summary)
		e.Summary = &summary
	}
	for _, c := range append(i.categories(), i.Subjects...) {
		e.Categories = append(e.Categories, atomCategory(c))
	}
	return e
}
