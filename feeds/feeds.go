// Package feeds turns live releases into what machines read: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1,
// ninjs 3.1 and NewsML-G2. Its functions are pure: the same items give the same bytes, at any time and after a restart.
//
// A [Feed] says which releases it is of; its title, its addresses and its id follow from that. Each
// release becomes one item, the same in every format, which atom.go, rss.go and jsonfeed.go write
// down. Text is fit for XML before it gets there, whatever was put in.
//
// A [Site] writes the rest: what search engines, sharing and newsroom systems read of a release.
package feeds

import (
	"fmt"
	"time"

	"dateline/releases"
	"dateline/releases/words"
)

// Format is how a feed is written, and how its address ends.
type Format string

// The formats: three for people's readers, two for newsroom systems.
const (
	FormatAtom   Format = "atom"
	FormatRSS    Format = "rss"
	FormatJSON   Format = "json"
	FormatNinjs  Format = "ninjs"
	FormatNewsML Format = "newsml"
)

// Formats in the order that pages offer them to readers.
var Formats = []Format{FormatAtom, FormatRSS, FormatJSON}

// Exchange are the formats that newsroom systems take.
var Exchange = []Format{FormatNinjs, FormatNewsML}

// Type is the format's media type. Feeds are always UTF-8.
func (f Format) Type() string {
	switch f {
	case FormatAtom:
		return "application/atom+xml"
	case FormatRSS:
		return "application/rss+xml"
	case FormatJSON:
		return "application/feed+json"
	case FormatNinjs:
		return "application/json"
	default:
		return "application/vnd.iptc.g2.newsmessage+xml"
	}
}

// Write writes a feed in a format.
func Write(f Feed, format Format) ([]byte, error) {
	switch format {
	case FormatAtom:
		return Atom(f)
	case FormatRSS:
		return RSS(f)
	case FormatJSON:
		return JSON(f)
	case FormatNinjs:
		return NinjsList(f)
	case FormatNewsML:
		return NewsML(f)
	default:
		return nil, fmt.Errorf("write feed: there is no format %q", format)
	}
}

// Site is where the documents are served, and the words they use.
type Site struct {
	Base  string // absolute address of the server, without a slash at its end
	Words *words.Words
}

// NewsroomAddress is the absolute address of a newsroom's page.
func (s Site) NewsroomAddress(n releases.Newsroom) string { return s.Base + "/" + n.Slug }

// FeedsAddress is the page that tells which feeds a newsroom has; the zero Newsroom stands for all.
func (s Site) FeedsAddress(n releases.Newsroom) string {
	if n.Slug == "" {
		return s.Base + "/feeds"
	}
	return s.NewsroomAddress(n) + "/feeds"
}

// ReleaseAddress is the absolute address of a release's page.
func (s Site) ReleaseAddress(l releases.Live) string {
	return s.NewsroomAddress(l.Newsroom) + "/" + l.Slug
}

// Feed is a feed before it has a format. Topic, Kind and Language narrow it; those left empty do not.
type Feed struct {
	Site
	Newsroom releases.Newsroom // the zero Newsroom stands for all of them
	Topic    string            // slug
	Kind     releases.Kind
	Language string          // BCP 47
	Items    []releases.Live // newest lift first
	Page     Page
	Hub      string // absolute address of the WebSub hub; "" when there is none
	Style    string // address of a stylesheet for readers who open the feed in a browser; "" for none
	// ForPeople is a feed that is opened in a browser: Atom and RSS then have what a person reads, as XHTML.
	ForPeople bool
}

// Page is where a document stands in a feed of several (RFC 5005). The zero Page is the current
// document of a feed that ends with it.
type Page struct {
	After       string // cursor that this document begins behind; "" for the current one
	Next        string // cursor that the next document begins behind; "" at the end
	Archive     string // name of this document, when it is an archive document
	PrevArchive string // name of the archive document before this one
	NextArchive string // name of the archive document after this one
}

// Updated is when anything in the feed last changed: its newest item, a translation that one names, or the
// newsroom itself.
func (f Feed) Updated() time.Time {
	// A server without a newsroom has no date of its own; readers refuse the year 1.
	updated := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	if f.Newsroom.UpdatedAt.After(updated) {
		updated = f.Newsroom.UpdatedAt
	}
	for _, l := range f.Items {
		if l.UpdatedAt.After(updated) {
			updated = l.UpdatedAt
		}
		for _, a := range l.Translations {
			if a.UpdatedAt.After(updated) {
				updated = a.UpdatedAt
			}
		}
	}
	return updated
}

// speaker speaks the language that the feed as a whole is in.
func (f Feed) speaker() words.Speaker { return f.Words.In(f.language()) }

func (f Feed) language() string {
	switch {
	case f.Language != "":
		return f.Language
	case f.Newsroom.Language != "":
		return f.Newsroom.Language
	default:
		return f.Words.In("").Language
	}
}
