package feeds

import (
	"cmp"
	"html"
	"strconv"
	"strings"

	"dateline/releases"
	"dateline/releases/words"
)

// picture is one of a release's, whole as it was uploaded, with text fit for XML.
type picture struct {
	ID      string // tag URI
	Address string
	Type    string
	Bytes   int64
	Width   int // in pixels; 0 when it isn't known, as Height
	Height  int
	Title   string // what it is called where there is room for one line
	Alt     string
	Caption string
	Credit  string // photographer
	Rights  string
}

// pictures are those of a release, in its order, their addresses behind base. A notice in the place of one has none.
func (s Site) pictures(l releases.Live, base string) []picture {
	say := s.Words.In(l.Text.Language)
	var all []picture
	for _, f := range l.Text.Pictures() {
		all = append(all, picture{
			ID:      pictureID(ID(l), f.ID),
			Address: base + f.Place(),
			Type:    f.Type,
			Bytes:   f.Bytes,
			Width:   f.Width,
			Height:  f.Height,
			Title:   fit(pictureTitle(say, f)),
			Alt:     fit(f.Alt),
			Caption: fit(f.Caption),
			Credit:  fit(f.Credit),
			Rights:  fit(f.Rights),
		})
	}
	return all
}

// pictureID is the id that newsroom systems know a picture by.
func pictureID(release, picture string) string { return release + "/" + picture }

func pictureTitle(say words.Speaker, f releases.File) string {
	title := cmp.Or(f.Caption, f.Alt, f.Name)
	if f.Credit != "" {
		title += " " + say.T("newsroom.credit", "Name", f.Credit)
	}
	return title
}

// writePicture writes it as it stands in a text, with its caption under it.
func writePicture(b *strings.Builder, say words.Speaker, p picture) {
	b.WriteString(`<figure><img src="` + html.EscapeString(p.Address) + `" alt="` + html.EscapeString(p.Alt) + `"`)
	if p.Width > 0 && p.Height > 0 {
		b.WriteString(` width="` + strconv.Itoa(p.Width) + `" height="` + strconv.Itoa(p.Height) + `"`)
	}
	b.WriteString(">")
	caption := p.Caption
	if p.Credit != "" {
		caption = strings.TrimSpace(caption + " " + say.T("newsroom.credit", "Name", p.Credit))
	}
	if caption != "" {
		b.WriteString("<figcaption>" + html.EscapeString(caption) + "</figcaption>")
	}
	b.WriteString("</figure>\n")
}

// mediaSpace is the namespace of Media RSS, which Atom takes as well.
const mediaSpace = "http://search.yahoo.com/mrss/"

type (
	mediaContent struct {
		Address     string       `xml:"url,attr"`
		Bytes       int64        `xml:"fileSize,attr"`
		Type        string       `xml:"type,attr"`
		Medium      string       `xml:"medium,attr"`
		Height      int          `xml:"height,attr,omitempty"`
		Width       int          `xml:"width,attr,omitempty"`
		Description *mediaText   `xml:"media:description"`
		Alt         *mediaText   `xml:"media:title"`
		Credit      *mediaCredit `xml:"media:credit"`
		Rights      *plain       `xml:"media:copyright"`
	}
	mediaText struct {
		Type string `xml:"type,attr"`
		XML  string `xml:",innerxml"`
	}
	mediaCredit struct {
		Role   string `xml:"role,attr"`
		Scheme string `xml:"scheme,attr"`
		Name   string `xml:",chardata"`
	}
)

func newMediaContents(pictures []picture) []mediaContent {
	var all []mediaContent
	for _, p := range pictures {
		m := mediaContent{Address: p.Address, Bytes: p.Bytes, Type: p.Type, Medium: "image", Width: p.Width, Height: p.Height}
		if p.Caption != "" {
			m.Description = &mediaText{"plain", plainText(p.Caption).XML}
		}
		if p.Alt != "" {
			m.Alt = &mediaText{"plain", plainText(p.Alt).XML}
		}
		if p.Rights != "" {
			rights := plainText(p.Rights)
			m.Rights = &rights
		}
		if p.Credit != "" {
			m.Credit = &mediaCredit{"photographer", "urn:ebu", p.Credit}
		}
		all = append(all, m)
	}
	return all
}
