package api

import (
	"slices"
	"time"

	"dateline/releases/input"

	"github.com/danielgtaylor/huma/v2"
)

const maxLimit = 500

// Paging is which part of a list is asked for.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many items at most"`
	Cursor string `query:"cursor" doc:"The next_cursor of the page before"`
}

// page is one part of a list.
type page[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"next_cursor" doc:"What cursor= takes for the next page; empty at the end"`
}

// answer is what an operation gives back.
type answer[T any] struct{ Body T }

// created is what an operation gives back that made something.
type created[T any] struct {
	Location string `header:"Location" doc:"Where it is"`
	Body     T
}

// listed shows the items of one page.
func listed[T, U any](items []T, next string, show func(T) U) *answer[page[U]] {
	shown := make([]U, len(items))
	for i, item := range items {
		shown[i] = show(item)
	}
	return &answer[page[U]]{page[U]{Items: shown, NextCursor: next}}
}

// cut takes a page out of a list that is short enough to be read whole. The cursor is the key of the
// last item of the page before.
func cut[T any](all []T, p Paging, key func(T) string) (items []T, next string, err error) {
	if p.Cursor != "" {
		at := slices.IndexFunc(all, func(item T) bool { return key(item) == p.Cursor })
		if at < 0 {
			var faults input.Faults
			faults.Add("cursor", "fault.cursor")
			return nil, "", faults.Err()
		}
		all = all[at+1:]
	}
	if len(all) <= p.Limit {
		return all, "", nil
	}
	return all[:p.Limit], key(all[p.Limit-1]), nil
}

// instant is a time as the API writes it: RFC 3339 in UTC with milliseconds, null when it is not set.
type instant struct{ time.Time }

// MarshalJSON writes the instant.
func (i instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	return []byte(i.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Schema describes it in OpenAPI.
func (instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true, Examples: []any{"2016-10-18T04:00:00.000Z"}}
}
