package releases

import (
	"context"
	"database/sql"
	"time"
)

// Public reads for strangers. Nothing that is not live at now can come out of it.
type Public struct{ db *sql.DB }

// NewPublic reads from db.
func NewPublic(db *sql.DB) *Public { return &Public{db: db} }

// Filter narrows a public list. Zero fields do not narrow.
type Filter struct {
	NewsroomID string
	Topic      string // slug
	Kind       Kind
	Language   string
	After      string // cursor from the last item of the page before; see Cursor
	Limit      int    // 1 to 500; 0 means 50
}

// Newsrooms lists every newsroom by name.
func (p *Public) Newsrooms(ctx context.Context) ([]Newsroom, error) { panic("unwritten") }

// Newsroom finds one by its slug, or ErrNotFound.
func (p *Public) Newsroom(ctx context.Context, slug string) (Newsroom, error) { panic("unwritten") }

// Release finds a live release by its address. A former address gives *Moved; all else ErrNotFound.
func (p *Public) Release(ctx context.Context, now time.Time, newsroom, slug string) (Live, error) {
	panic("unwritten")
}

// ByID finds a live release by its id, or ErrNotFound.
func (p *Public) ByID(ctx context.Context, now time.Time, id string) (Live, error) {
	panic("unwritten")
}

// List gives live releases, newest lift first, ids breaking ties.
func (p *Public) List(ctx context.Context, now time.Time, f Filter) ([]Live, error) {
	panic("unwritten")
}

// Cursor is the Filter.After that continues a list behind this release.
func (l Live) Cursor() string { panic("unwritten") }

// NextLift is the earliest lift after now, zero when none is set. It bounds how long the server may
// keep a rendered list; it must not reach a stranger, not even as a max-age.
func (p *Public) NextLift(ctx context.Context, now time.Time) (time.Time, error) {
	panic("unwritten")
}
