package feeds

import (
	"encoding/xml"
	"html"
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

// The elements of gorilla/feeds, with what they lack. A field of ours shadows theirs of that name.
// The channel's own elements must come before its items, and an item's description before its content.
type (
	rssDocument struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Content string     `xml:"xmlns:content,attr"`
		DC      string     `xml:"xmlns:dc,attr"`
		Media   string     `xml:"xmlns:media,attr"`
		History string     `xml:"xmlns:fh,attr,omitempty"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		*feeds.RssFeed
		XMLName     xml.Name `xml:"channel"`
		Head        *peopleHead
		Title       plain      `xml:"title"`
		Description plain      `xml:"description"`
		Links       []atomLink `xml:"atom:link"`
		Archive     *struct{}  `xml:"fh:archive"`
		Items       []rssItem  `xml:"item"`
		Foot        *peopleFoot
	}
	rssItem struct {
		*feeds.RssItem
		XMLName     xml.Name `xml:"item"`
		Language    string   `xml:"xml:lang,attr,omitempty"`
		Person      *peopleItem
		Title       plain          `xml:"title"`
		Creator     plain          `xml:"dc:creator"`
		Updated     string         `xml:"atom:updated"`
		Links       []atomLink     `xml:"atom:link"`
		Categories  []rssCategory  `xml:"category"`
		Description string         `xml:"description"` // HTML
		Content     rssContent     `xml:"content:encoded"`
		Media       []mediaContent `xml:"media:content"`
	}
	rssContent struct {
		HTML string `xml:",cdata"`
	}
	rssCategory struct {
		Domain string `xml:"domain,attr"`
		Label  string `xml:",innerxml"`
	}
)

// RSS writes RSS 2.0 with the content, media, dc and atom modules.
func RSS(f Feed) ([]byte, error) {
	channel := rssChannel{
		RssFeed: &feeds.RssFeed{
			Link:          f.Home(),
			Language:      f.language(),
			LastBuildDate: rfc822(f.Updated()),
		},
		Title:       plainText(f.Title()),
		Description: plainText(f.Description()),
		Links:       f.links(FormatRSS),
		Head:        f.peopleHead(),
		Foot:        f.peopleFoot(FormatRSS),
	}
	history := ""
	if f.isArchive() {
		history, channel.Archive = historySpace, &struct{}{}
	}
	for at, i := range f.items() {
		r := newRSSItem(i)
		r.Person = f.peopleItem(f.Items[at], i)
		channel.Items = append(channel.Items, r)
	}
	return writeXML(&rssDocument{
		Version: "2.0",
		Atom:    "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Media:   mediaSpace,
		History: history,
		Channel: channel,
	}, f.Style)
}

func newRSSItem(i item) rssItem {
	r := rssItem{
		RssItem: &feeds.RssItem{
			Link:    i.Address,
			Guid:    &feeds.RssGuid{Id: i.ID, IsPermaLink: "false"},
			PubDate: rfc822(i.Published),
		},
		Language:    i.Language,
		Title:       plainText(i.Title),
		Creator:     plainText(i.Author.Name),
		Updated:     timestamp(i.Updated),
		Description: html.EscapeString(i.Summary),
		Content:     rssContent{i.Content},
		Media:       newMediaContents(i.Pictures),
	}
	if len(i.Pictures) > 0 { // readers take one enclosure an item; media:content has them all
		p := i.Pictures[0]
		r.Enclosure = &feeds.RssEnclosure{Url: p.Address, Length: strconv.FormatInt(p.Bytes, 10), Type: p.Type}
	}
	for _, o := range i.Others { // some readers would open an alternate in the item's place
		r.Links = append(r.Links, atomLink{Rel: "related", Type: "text/html", Language: o.Language, Href: o.Address})
	}
	for _, c := range i.categories() {
		r.Categories = append(r.Categories, rssCategory{Domain: c.Scheme, Label: plainText(c.Label).XML})
	}
	for _, c := range i.Subjects { // it has no place for both term and label, and by the term a system knows it
		r.Categories = append(r.Categories, rssCategory{Domain: c.Scheme, Label: c.Term})
	}
	return r
}

// rfc822 is RSS's date, with a year of four digits and seconds.
func rfc822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
