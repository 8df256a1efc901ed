package feeds

import (
	"encoding/xml"

	"dateline/releases"
)

// What a feed has for people who open it in a browser, beside what readers read: XHTML, which browsers show
// within any XML. A stylesheet alone can't make a link of an address, nor words of an instant.
type (
	peopleHead struct {
		XMLName xml.Name   `xml:"http://www.w3.org/1999/xhtml header"`
		Title   peopleLink `xml:"h1>a"`
		About   string     `xml:"p"`
		How     peopleHow  `xml:"div"`
	}
	peopleHow struct {
		Text string     `xml:",chardata"`
		Page peopleLink `xml:"a"`
	}
	peopleItem struct {
		XMLName xml.Name   `xml:"http://www.w3.org/1999/xhtml section"`
		Meta    peopleMeta `xml:"p"`
		Title   peopleLink `xml:"h2>a"`
		Summary string     `xml:"div,omitempty"`
	}
	peopleMeta struct {
		Kind string     `xml:",chardata"`
		Time peopleTime `xml:"time"`
	}
	peopleTime struct {
		Instant string `xml:"datetime,attr"`
		Text    string `xml:",chardata"`
	}
	peopleFoot struct {
		XMLName xml.Name   `xml:"http://www.w3.org/1999/xhtml footer"`
		Older   peopleLink `xml:"p>a"`
	}
	peopleLink struct {
		Href string `xml:"href,attr"`
		Text string `xml:",chardata"`
	}
)

// peopleHead is nil in a feed for readers, as are the others.
func (f Feed) peopleHead() *peopleHead {
	if !f.ForPeople {
		return nil
	}
	return &peopleHead{
		Title: peopleLink{f.Home(), f.Title()},
		About: f.Description(),
		How:   peopleHow{f.speaker().T("feeds.this_is_a_feed") + " ", peopleLink{f.FeedsAddress(f.Newsroom), f.speaker().T("newsroom.feeds_help")}},
	}
}

func (f Feed) peopleItem(l releases.Live, i item) *peopleItem {
	if !f.ForPeople {
		return nil
	}
	say := f.Words.In(i.Language)
	return &peopleItem{
		Meta:    peopleMeta{i.Kind.Label + " · ", peopleTime{timestamp(i.Published), say.Time(i.Published, l.Zone)}},
		Title:   peopleLink{i.Address, i.Title},
		Summary: i.Summary,
	}
}

func (f Feed) peopleFoot(format Format) *peopleFoot {
	if !f.ForPeople || f.Page.Next == "" {
		return nil
	}
	return &peopleFoot{Older: peopleLink{f.at(format, Page{After: f.Page.Next}), f.speaker().T("newsroom.older")}}
}
