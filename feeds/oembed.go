package feeds

import (
	"encoding/xml"
	"fmt"
	"html"
	"net/url"

	"dateline/releases"
)

// The size of an embedded release, where its host sets no smaller one.
const (
	embedWidth  = 600
	embedHeight = 340
)

// Embed is how large a host lets an embedded release be, in pixels; 0 sets no limit.
type Embed struct{ MaxWidth, MaxHeight int }

type oembed struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Version         string   `json:"version" xml:"version"`
	Type            string   `json:"type" xml:"type"`
	Title           string   `json:"title" xml:"title"`
	AuthorName      string   `json:"author_name" xml:"author_name"`
	AuthorAddress   string   `json:"author_url" xml:"author_url"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderAddress string   `json:"provider_url" xml:"provider_url"`
	HTML            string   `json:"html" xml:"html"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
}

// EmbedAddress is the absolute address of the page that hosts embed.
func (s Site) EmbedAddress(l releases.Live) string { return s.ReleaseAddress(l) + "/embed" }

// OEmbedAddress is where the oEmbed of a page is asked for; format is "json" or "xml".
func (s Site) OEmbedAddress(page, format string) string {
	return s.Base + "/oembed?" + url.Values{"format": {format}, "url": {page}}.Encode()
}

// OEmbedJSON writes a release's oEmbed 1.0 answer in JSON.
func (s Site) OEmbedJSON(l releases.Live, e Embed) ([]byte, error) { return writeJSON(s.oembed(l, e)) }

// OEmbedXML writes it in XML.
func (s Site) OEmbedXML(l releases.Live, e Embed) ([]byte, error) {
	return writeXML(s.oembed(l, e), "")
}

func (s Site) oembed(l releases.Live, e Embed) *oembed {
	i := s.item(l)
	width, height := bounded(embedWidth, e.MaxWidth), bounded(embedHeight, e.MaxHeight)
	return &oembed{
		Version:         "1.0",
		Type:            "rich",
		Title:           i.Title,
		AuthorName:      i.Author.Name,
		AuthorAddress:   i.Author.Address,
		ProviderName:    i.Author.Name,
		ProviderAddress: i.Author.Address,
		HTML: fmt.Sprintf(`<iframe src="%s" title="%s" width="%d" height="%d" style="border:0;max-width:100%%" loading="lazy"></iframe>`,
			html.EscapeString(s.EmbedAddress(l)), html.EscapeString(i.Title), width, height),
		Width:  width,
		Height: height,
	}
}

func bounded(size, limit int) int {
	if limit > 0 {
		return min(size, limit)
	}
	return size
}
