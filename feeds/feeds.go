// Package feeds turns live releases into what machines read: Atom (RFC 4287), RSS 2.0 and JSON Feed
// 1.1. Its functions are pure: the same items give the same bytes, at any time and after a restart.
package feeds

import (
	"time"

	"dateline/releases"
)

// Feed is a feed before it has a format.
type Feed struct {
	Newsroom releases.Newsroom
	Title    string // "Länsstyrelsen Dalarna", or with the topic's name
	Language string
	Home     string // absolute address of the page it mirrors
	Base     string // absolute address of the server, without a slash at its end
	Self     string // absolute address of this document
	Items    []releases.Live
}

// Updated is when anything in the feed last changed: the newest item's UpdatedAt, and for an empty
// feed the newsroom's.
func (f Feed) Updated() time.Time { panic("unwritten") }

// Atom writes RFC 4287.
func Atom(f Feed) ([]byte, error) { panic("unwritten") }

// RSS writes RSS 2.0 with the content, dc and atom modules.
func RSS(f Feed) ([]byte, error) { panic("unwritten") }

// JSON writes JSON Feed 1.1.
func JSON(f Feed) ([]byte, error) { panic("unwritten") }

// ID is the tag URI (RFC 4151) of a release: it survives a new slug, a correction and a move to
// another domain, since it names neither.
func ID(releaseID string, created time.Time) string { panic("unwritten") }
