package feeds

import (
	"strconv"

	"dateline/releases"
)

// The properties of ninjs 3.1 (IPTC News in JSON) that a release fills.
type (
	ninjs struct {
		URI                string              `json:"uri"`
		Name               string              `json:"name,omitempty"` // of an association only, as Rel
		Rel                string              `json:"rel,omitempty"`
		Type               string              `json:"type"`
		RepresentationType string              `json:"representationType,omitempty"`
		Profile            string              `json:"profile,omitempty"`
		Version            string              `json:"version,omitempty"`
		FirstCreated       string              `json:"firstCreated,omitempty"`
		VersionCreated     string              `json:"versionCreated"`
		EmbargoedUntil     string              `json:"embargoedUntil,omitempty"` // in what the holder of a pass is given, nowhere else
		EdNote             string              `json:"edNote,omitempty"`
		PubStatus          string              `json:"pubStatus"`
		CopyrightHolder    string              `json:"copyrightHolder,omitempty"`
		UsageTerms         string              `json:"usageTerms,omitempty"`
		Language           string              `json:"language"`
		Title              string              `json:"title,omitempty"`
		By                 string              `json:"by,omitempty"`
		Slugline           string              `json:"slugline,omitempty"`
		Located            string              `json:"located,omitempty"`
		Headlines          []ninjsText         `json:"headlines,omitempty"`
		Descriptions       []ninjsText         `json:"descriptions,omitempty"`
		Bodies             []ninjsText         `json:"bodies,omitempty"`
		People             []ninjsPerson       `json:"people,omitempty"`
		Organisations      []ninjsOrganisation `json:"organisations,omitempty"`
		Subjects           []ninjsSubject      `json:"subjects,omitempty"`
		Genres             []ninjsGenre        `json:"genres,omitempty"`
		Renditions         []ninjsRendition    `json:"renditions,omitempty"`
		Associations       []ninjs             `json:"associations,omitempty"`
		Standard           *ninjsStandard      `json:"standard,omitempty"`
	}
	ninjsText struct {
		Role        string `json:"role"`
		ContentType string `json:"contentType"`
		Value       string `json:"value"`
	}
	ninjsPerson struct {
		Name        string         `json:"name"`
		Rel         string         `json:"rel"`
		ContactInfo []ninjsContact `json:"contactInfo,omitempty"`
	}
	ninjsContact struct {
		Type  string `json:"type"`
		Role  string `json:"role,omitempty"`
		Value string `json:"value"`
	}
	ninjsOrganisation struct {
		Name string `json:"name"`
		Rel  string `json:"rel"`
		URI  string `json:"uri"`
	}
	ninjsSubject struct {
		Name string `json:"name"`
		Rel  string `json:"rel"`
		URI  string `json:"uri"`
	}
	ninjsGenre struct {
		Name string `json:"name"`
		URI  string `json:"uri"`
	}
	ninjsRendition struct {
		Name        string `json:"name"`
		Href        string `json:"href"`
		ContentType string `json:"contentType"`
		Width       int    `json:"width,omitempty"`
		Height      int    `json:"height,omitempty"`
		Bytes       int64  `json:"sizeInBytes,omitempty"`
	}
	ninjsStandard struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Schema  string `json:"schema"`
	}
)

// Ninjs writes one release as a ninjs 3.1 item.
func (s Site) Ninjs(l releases.Live) ([]byte, error) {
	n := s.ninjs(l, s.item(l))
	n.Standard = ninjsVersion()
	return writeJSON(n)
}

// NinjsList writes a feed as one ninjs 3.1 item that has its releases as associations.
func NinjsList(f Feed) ([]byte, error) {
	list := ninjs{
		URI:            f.ID(),
		Type:           "composite",
		VersionCreated: timestamp(f.Updated()),
		PubStatus:      "usable",
		Language:       f.language(),
		Title:          f.Title(),
		Standard:       ninjsVersion(),
	}
	for at, i := range f.items() {
		n := f.ninjs(f.Items[at], i)
		n.Name = n.Headlines[0].Value
		list.Associations = append(list.Associations, n)
	}
	return writeJSON(list)
}

func ninjsVersion() *ninjsStandard {
	return &ninjsStandard{Name: "ninjs", Version: "3.1", Schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}
}

// ninjs is a release that is public, or the notice in its place.
func (s Site) ninjs(l releases.Live, i item) ninjs {
	n := newNinjs(i, l.Text, "usable")
	n.EdNote = s.edNote(l, i)
	n.Version, n.FirstCreated = strconv.Itoa(shownVersion(l)), timestamp(i.Published)
	n.Renditions = []ninjsRendition{{Name: "web", Href: i.Address, ContentType: "text/html"}}
	if l.Withdrawn != nil { // its slug and wire story would tell what was published in error
		n.PubStatus = "canceled"
		for at, id := range i.Canceled {
			n.Associations = append(n.Associations, ninjs{URI: id, Name: pictureName(at + 1), Type: "picture",
				VersionCreated: n.VersionCreated, PubStatus: n.PubStatus, Language: n.Language})
		}
		return n
	}
	n.Slugline = l.Slug
	n.Bodies = append(n.Bodies, ninjsText{"wire", "text/plain", string(s.Wire(l))})
	n.Renditions = append(n.Renditions, ninjsRendition{Name: "text", Href: i.Address + ".txt", ContentType: "text/plain"})
	return n
}

// newNinjs has what does not depend on whether the release is public.
func newNinjs(i item, text releases.Text, status string) ninjs {
	n := ninjs{
		URI:                i.ID,
		Type:               "text",
		RepresentationType: "full",
		Profile:            string(text.Kind),
		VersionCreated:     timestamp(i.Updated),
		PubStatus:          status,
		CopyrightHolder:    i.Author.Name,
		Language:           i.Language,
		By:                 i.Author.Name,
		Located:            fit(text.Dateline),
		Headlines:          []ninjsText{{"main", "text/plain", i.Title}},
		Bodies:             []ninjsText{{"main", "text/html", i.Content}},
		Genres:             []ninjsGenre{{Name: i.Kind.Label, URI: i.Kind.URI()}},
		Organisations:      []ninjsOrganisation{{Name: i.Author.Name, Rel: "issuedBy", URI: i.Author.Address}},
	}
	for at, p := range i.Pictures {
		n.Associations = append(n.Associations, ninjsPicture(n, at+1, p))
	}
	for _, o := range i.Others {
		n.Associations = append(n.Associations, ninjs{
			URI: o.ID, Name: o.Name, Rel: "translation", Type: "text", RepresentationType: "partial", VersionCreated: o.Updated, PubStatus: "usable",
			Language: o.Language, Renditions: []ninjsRendition{{Name: "web", Href: o.Address, ContentType: "text/html"}},
		})
	}
	if i.Summary != "" {
		n.Descriptions = []ninjsText{{"summary", "text/plain", i.Summary}}
	}
	for _, t := range append(i.Topics, i.Subjects...) {
		n.Subjects = append(n.Subjects, ninjsSubject{Name: t.Label, Rel: "about", URI: t.URI()})
	}
	for _, c := range text.Contacts {
		n.People = append(n.People, ninjsPerson{Name: fit(c.Name), Rel: "contact", ContactInfo: ninjsContacts(c)})
	}
	return n
}

// ninjsPicture is a picture of the release of, counted from 1.
func ninjsPicture(of ninjs, number int, p picture) ninjs {
	n := ninjs{
		URI:            p.ID,
		Name:           pictureName(number),
		Type:           "picture",
		VersionCreated: of.VersionCreated,
		PubStatus:      of.PubStatus,
		UsageTerms:     p.Rights,
		Language:       of.Language,
		By:             p.Credit,
		Title:          p.Title,
		Renditions:     []ninjsRendition{{"original", p.Address, p.Type, p.Width, p.Height, p.Bytes}},
	}
	for _, d := range []ninjsText{{"caption", "text/plain", p.Caption}, {"alt", "text/plain", p.Alt}} {
		if d.Value != "" {
			n.Descriptions = append(n.Descriptions, d)
		}
	}
	return n
}

func pictureName(number int) string { return "picture-" + strconv.Itoa(number) }

// shownVersion counts a notice as a version of its own: a system that has the release takes nothing that
// isn't newer.
func shownVersion(l releases.Live) int {
	if l.Withdrawn != nil {
		return l.Version + 1
	}
	return l.Version
}

func ninjsContacts(c releases.Contact) []ninjsContact {
	var info []ninjsContact
	if c.Phone != "" {
		info = append(info, ninjsContact{Type: "phone", Role: fit(c.Role), Value: fit(c.Phone)})
	}
	if c.Email != "" {
		info = append(info, ninjsContact{Type: "email", Role: fit(c.Role), Value: fit(c.Email)})
	}
	return info
}
