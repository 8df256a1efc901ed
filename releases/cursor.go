package releases

import (
	"fmt"
	"strconv"
	"strings"

	"dateline/releases/input"
)

// cursor is a place in a list that is ordered by an instant and, where two are equal, by id. It names
// the place and not a page, so that what is added meanwhile neither repeats nor hides anything.
type cursor struct {
	at int64 // epoch milliseconds
	id string
}

func (c cursor) String() string { return fmt.Sprintf("%d_%s", c.at, c.id) }

func parseCursor(s string) (cursor, error) {
	at, id, found := strings.Cut(s, "_")
	ms, err := strconv.ParseInt(at, 10, 64)
	if !found || err != nil || !canBeID(id) {
		return cursor{}, input.Faults{{Field: "cursor", Message: "fault.cursor"}}
	}
	return cursor{ms, id}, nil
}
