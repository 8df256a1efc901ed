package releases

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"dateline/releases/input"
)

// Filter narrows a public list. Zero fields do not narrow.
type Filter struct {
	NewsroomID string
	Topic      string // slug
	Kind       Kind
	Language   string // "sv" finds sv-SE too
	Withdrawn  bool   // what was withdrawn stands in its place as a notice; else it is left out
	After      string // cursor from the last item of the page before; see Cursor
	Limit      int    // 1 to 500; 0 means 50
}

// Cursor is the Filter.After that continues a list behind this release.
func (l Live) Cursor() string { return cursor{l.LiftAt.UnixMilli(), l.ID}.String() }

// List gives live releases, newest lift first, ids breaking ties. A filter that names what there is
// not finds nothing.
func (p *Public) List(ctx context.Context, now time.Time, f Filter) ([]Live, error) {
	list, ok := f.list()
	if !ok {
		return nil, nil
	}
	// The first page begins behind the end of the present millisecond. One bound, not two, lets both
	// engines walk the index from there and no further than the page.
	after := cursor{at: now.UnixMilli() + 1}
	if f.After != "" {
		given, err := parseCursor(f.After)
		if err != nil {
			return nil, err
		}
		if given.at < after.at {
			after = given
		}
	}
	// The length of a page stands in the text: a plan for any length would be one for a tenth of the archive.
	rows, err := p.db.QueryContext(ctx, `SELECT `+liveColumns+` FROM release_lists l JOIN releases r ON r.id = l.release_id`+liveJoins+
		`WHERE `+f.seen()+` AND l.list = $2 AND (l.lift_at, l.release_id) < ($3, $4)
		ORDER BY l.lift_at DESC, l.release_id DESC LIMIT `+strconv.Itoa(pageSize(f.Limit)), now.UnixMilli(), list, after.at, after.id)
	if err != nil {
		return nil, fmt.Errorf("public list %s: %w", list, err)
	}
	return p.scanAll(ctx, now, rows)
}

// seen is what of a list the filter shows.
func (f Filter) seen() string {
	if f.Withdrawn {
		return `(` + live + ` OR ` + withdrawn + `)`
	}
	return live
}

// list is the key of the list that a filter asks for; ok is false when there can't be one.
func (f Filter) list() (key string, ok bool) {
	for _, part := range []string{f.NewsroomID, f.Topic, string(f.Kind)} {
		if part != "" && !input.IsSlug(part) {
			return "", false
		}
	}
	language := f.Language
	if language != "" {
		if language, ok = input.Language(language); !ok {
			return "", false
		}
	}
	return listKey(f.NewsroomID, f.Topic, string(f.Kind), language), true
}
