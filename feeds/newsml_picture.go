package feeds

import (
	"cmp"

	"dateline/releases"
)

type (
	newsmlRemote struct {
		Rendition   string `xml:"rendition,attr"`
		Href        string `xml:"href,attr"`
		ContentType string `xml:"contenttype,attr"`
		Bytes       int64  `xml:"size,attr"`
		Width       int    `xml:"width,attr,omitempty"`
		Height      int    `xml:"height,attr,omitempty"`
	}
	newsmlLink struct {
		Rel         string      `xml:"rel,attr,omitempty"`
		RelURI      string      `xml:"reluri,attr,omitempty"`
		Reference   string      `xml:"residref,attr"`
		Version     int         `xml:"version,attr,omitempty"`
		ContentType string      `xml:"contenttype,attr"`
		Class       *newsmlCode `xml:"itemClass"` // hints at what the item is, as Language
		Language    *newsmlTag  `xml:"language"`
	}
)

// newsmlLinks lead from a release to the items of its pictures, and to the same in other languages. The IPTC has no
// code for these, but schema.org, which any relation may be taken from.
func newsmlLinks(l releases.Live, i item) []newsmlLink {
	var links []newsmlLink
	for _, p := range i.Pictures {
		links = append(links, newsmlLink{Rel: "irel:seeAlso", Reference: p.ID, Version: max(shownVersion(l), 1), ContentType: newsmlItemType})
	}
	for _, o := range i.Others {
		links = append(links, newsmlLink{RelURI: "https://schema.org/workTranslation", Reference: o.ID, ContentType: newsmlItemType,
			Class: &newsmlCode{"ninat:text"}, Language: &newsmlTag{o.Language}})
	}
	return links
}

// newsmlPictures are the items of a release's pictures. Who holds the right to one isn't known: its terms are
// what was said of it. Those of a release that was withdrawn come once more, canceled.
func newsmlPictures(l releases.Live, i item) []newsmlNewsItem {
	var items []newsmlNewsItem
	for _, p := range i.Pictures {
		n := newNewsMLPicture(l, i, p.ID, p.Title)
		n.Content.By, n.Content.Credit = p.Credit, p.Credit
		n.Set = &newsmlContentSet{Remote: &newsmlRemote{"rnd:highRes", p.Address, p.Type, p.Bytes, p.Width, p.Height}}
		if p.Rights != "" {
			n.Rights = &newsmlRights{Terms: p.Rights}
		}
		if caption := cmp.Or(p.Caption, p.Alt); caption != "" {
			n.Content.Summary = &newsmlDescription{Role: "drol:caption", Text: caption}
		}
		items = append(items, n)
	}
	for _, id := range i.Canceled {
		items = append(items, newNewsMLPicture(l, i, id, i.Title))
	}
	return items
}

// newNewsMLPicture is numbered and dated as its release is: what is said of a picture changes by a version of that,
// and a system that has the picture takes nothing that isn't newer.
func newNewsMLPicture(l releases.Live, i item, id, title string) newsmlNewsItem {
	return newsmlNewsItem{
		newsmlFrame: newNewsMLFrame(id, shownVersion(l), i.Language),
		Catalog:     newsmlHref{newsmlCatalog},
		Meta: newsmlMeta{
			Class:          newsmlCode{"ninat:picture"},
			Provider:       newNewsMLParty(i.Author),
			VersionCreated: timestamp(i.Updated),
			FirstCreated:   timestamp(i.Published),
			PubStatus:      newsmlStatus(l),
			Title:          title,
		},
		Content: newsmlContentMeta{Language: newsmlTag{i.Language}, Headline: i.Title},
	}
}
