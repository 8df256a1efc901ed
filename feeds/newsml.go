package feeds

import (
	"encoding/xml"

	"dateline/releases"
)

const (
	newsmlSpace    = "http://iptc.org/std/nar/2006-10-01/"
	newsmlCatalog  = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_33.xml"
	newsmlItemType = "application/vnd.iptc.g2.newsitem+xml"
)

// The elements of NewsML-G2 that a release fills, in the order that its schema has.
type (
	newsmlMessage struct {
		XMLName xml.Name          `xml:"newsMessage"`
		Xmlns   string            `xml:"xmlns,attr"`
		Sent    string            `xml:"header>sent"`
		Sender  string            `xml:"header>sender"`
		Package newsmlPackageItem `xml:"itemSet>packageItem"`
		Items   []newsmlNewsItem  `xml:"itemSet>newsItem"`
	}
	newsmlFrame struct {
		Standard    string `xml:"standard,attr"`
		StdVersion  string `xml:"standardversion,attr"`
		Conformance string `xml:"conformance,attr"`
		GUID        string `xml:"guid,attr"`
		Version     int    `xml:"version,attr"`
		Language    string `xml:"xml:lang,attr"`
	}
	newsmlNewsItem struct {
		newsmlFrame
		Catalog newsmlHref        `xml:"catalogRef"`
		Rights  *newsmlRights     `xml:"rightsInfo"`
		Meta    newsmlMeta        `xml:"itemMeta"`
		Content newsmlContentMeta `xml:"contentMeta"`
		Set     *newsmlContentSet `xml:"contentSet"`
	}
	newsmlContentSet struct {
		Data   []newsmlData  `xml:"inlineData"`
		Remote *newsmlRemote `xml:"remoteContent"`
	}
	newsmlPackageItem struct {
		newsmlFrame
		Catalog newsmlHref     `xml:"catalogRef"`
		Meta    newsmlMeta     `xml:"itemMeta"`
		Groups  newsmlGroupSet `xml:"groupSet"`
	}
	newsmlRights struct {
		Holder *newsmlParty `xml:"copyrightHolder"`
		Terms  string       `xml:"usageTerms,omitempty"`
	}
	newsmlHref struct {
		Href string `xml:"href,attr"`
	}
	newsmlParty struct {
		URI  string `xml:"uri,attr"`
		Name string `xml:"name"`
	}
	newsmlMeta struct {
		Class          newsmlCode   `xml:"itemClass"`
		Provider       newsmlParty  `xml:"provider"`
		VersionCreated string       `xml:"versionCreated"`
		FirstCreated   string       `xml:"firstCreated,omitempty"`
		PubStatus      newsmlCode   `xml:"pubStatus"`
		Title          string       `xml:"title"`
		EdNote         string       `xml:"edNote,omitempty"`
		Signal         *newsmlCode  `xml:"signal"`
		Links          []newsmlLink `xml:"link"`
	}
	newsmlCode struct {
		QCode string `xml:"qcode,attr"`
	}
	newsmlContentMeta struct {
		Created  string             `xml:"contentCreated,omitempty"`
		Modified string             `xml:"contentModified,omitempty"`
		Located  *newsmlPlace       `xml:"located"`
		Creator  *newsmlParty       `xml:"creator"`
		Language newsmlTag          `xml:"language"`
		Genre    *newsmlConcept     `xml:"genre"`
		Subjects []newsmlConcept    `xml:"subject"`
		Slugline string             `xml:"slugline,omitempty"`
		Headline string             `xml:"headline"`
		By       string             `xml:"by,omitempty"`
		Credit   string             `xml:"creditline,omitempty"`
		Summary  *newsmlDescription `xml:"description"`
	}
	newsmlPlace struct {
		Literal string `xml:"literal,attr"`
		Name    string `xml:"name"`
	}
	newsmlConcept struct {
		URI   string `xml:"uri,attr,omitempty"`
		QCode string `xml:"qcode,attr,omitempty"`
		Name  string `xml:"name"`
	}
	newsmlTag struct {
		Tag string `xml:"tag,attr"`
	}
	newsmlDescription struct {
		Role string `xml:"role,attr"`
		Text string `xml:",chardata"`
	}
	newsmlData struct {
		ContentType string `xml:"contenttype,attr"`
		Text        string `xml:",cdata"`
	}
	newsmlGroupSet struct {
		Root  string      `xml:"root,attr"`
		Group newsmlGroup `xml:"group"`
	}
	newsmlGroup struct {
		ID    string          `xml:"id,attr"`
		Role  string          `xml:"role,attr"`
		Items []newsmlItemRef `xml:"itemRef"`
	}
	newsmlItemRef struct {
		Reference   string      `xml:"residref,attr"`
		Version     int         `xml:"version,attr"`
		ContentType string      `xml:"contenttype,attr"`
		Class       newsmlCode  `xml:"itemClass"`
		Provider    newsmlParty `xml:"provider"`
		PubStatus   newsmlCode  `xml:"pubStatus"`
		Title       string      `xml:"title"`
	}
)

// NewsML writes a feed as a NewsML-G2 message: a package that lists its releases in order, and each
// release as a news item, with the items of its pictures behind it.
func NewsML(f Feed) ([]byte, error) {
	items := f.items()
	message := &newsmlMessage{
		Xmlns:   newsmlSpace,
		Sent:    timestamp(f.Updated()),
		Sender:  f.Home(),
		Package: f.newsmlPackage(items),
	}
	for at, i := range items {
		message.Items = append(message.Items, f.newsmlItem(f.Items[at], i))
		message.Items = append(message.Items, newsmlPictures(f.Items[at], i)...)
	}
	return writeXML(message, "")
}

// newsmlPackage is numbered by the second of its last change, since a package is not stored.
func (f Feed) newsmlPackage(items []item) newsmlPackageItem {
	p := newsmlPackageItem{
		newsmlFrame: newNewsMLFrame(f.ID(), int(f.Updated().Unix()), f.language()),
		Catalog:     newsmlHref{newsmlCatalog},
		Meta: newsmlMeta{
			Class:          newsmlCode{"ninat:composite"},
			Provider:       newsmlParty{URI: f.Home(), Name: f.Title()},
			VersionCreated: timestamp(f.Updated()),
			PubStatus:      newsmlCode{"stat:usable"},
			Title:          f.Title(),
		},
		Groups: newsmlGroupSet{Root: "releases", Group: newsmlGroup{ID: "releases", Role: "group:main"}},
	}
	for at, i := range items {
		l := f.Items[at]
		p.Groups.Group.Items = append(p.Groups.Group.Items, newsmlItemRef{
			Reference:   i.ID,
			Version:     shownVersion(l),
			ContentType: newsmlItemType,
			Class:       newsmlCode{"ninat:text"},
			Provider:    newNewsMLParty(i.Author),
			PubStatus:   newsmlStatus(l),
			Title:       i.Title,
		})
	}
	return p
}

func (s Site) newsmlItem(l releases.Live, i item) newsmlNewsItem {
	n := newsmlNewsItem{
		newsmlFrame: newNewsMLFrame(i.ID, shownVersion(l), i.Language),
		Catalog:     newsmlHref{newsmlCatalog},
		Rights:      &newsmlRights{Holder: &newsmlParty{URI: i.Author.Address, Name: i.Author.Name}},
		Meta: newsmlMeta{
			Class:          newsmlCode{"ninat:text"},
			Provider:       newNewsMLParty(i.Author),
			VersionCreated: timestamp(i.Updated),
			FirstCreated:   timestamp(i.Published),
			PubStatus:      newsmlStatus(l),
			Title:          i.Title,
			EdNote:         s.edNote(l, i),
			Links:          newsmlLinks(l, i),
		},
		Content: newsmlContentMeta{
			Created:  timestamp(i.Published),
			Modified: timestamp(i.Updated),
			Creator:  &newsmlParty{URI: i.Author.Address, Name: i.Author.Name},
			Language: newsmlTag{i.Language},
			Genre:    &newsmlConcept{URI: i.Kind.URI(), Name: i.Kind.Label},
			Headline: i.Title,
		},
		Set: &newsmlContentSet{Data: []newsmlData{{"text/html", i.Content}}},
	}
	if len(l.Corrections) > 0 {
		n.Meta.Signal = &newsmlCode{"sig:correction"}
	}
	if l.Withdrawn == nil { // the slug and wire story would tell what was published in error
		n.Content.Slugline = l.Slug
		n.Set.Data = append(n.Set.Data, newsmlData{"text/plain", string(s.Wire(l))})
	}
	if place := fit(l.Text.Dateline); place != "" {
		n.Content.Located = &newsmlPlace{Literal: place, Name: place}
	}
	if i.Summary != "" {
		n.Content.Summary = &newsmlDescription{Role: "drol:summary", Text: i.Summary}
	}
	for _, t := range i.Topics {
		n.Content.Subjects = append(n.Content.Subjects, newNewsMLConcept(t))
	}
	for _, t := range i.Subjects { // the catalogue knows the scheme as medtop
		n.Content.Subjects = append(n.Content.Subjects, newsmlConcept{QCode: "medtop:" + t.Term, Name: t.Label})
	}
	return n
}

func newsmlStatus(l releases.Live) newsmlCode {
	if l.Withdrawn != nil {
		return newsmlCode{"stat:canceled"}
	}
	return newsmlCode{"stat:usable"}
}

func newNewsMLFrame(guid string, version int, language string) newsmlFrame {
	return newsmlFrame{
		Standard:    "NewsML-G2",
		StdVersion:  "2.30",
		Conformance: "power",
		GUID:        guid,
		Version:     max(version, 1),
		Language:    language,
	}
}

func newNewsMLParty(a author) newsmlParty { return newsmlParty{URI: a.Address, Name: a.Name} }

func newNewsMLConcept(c category) newsmlConcept { return newsmlConcept{URI: c.URI(), Name: c.Label} }
