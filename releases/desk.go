package releases

import (
	"context"
	"database/sql"
	"time"

	"dateline/releases/history"
)

// Desk reads and changes everything. Its callers have established who asks and what they may do.
// Every change is a guarded update with its row of history in the same transaction; one that finds
// the release in another state returns *Conflict.
type Desk struct {
	db  *sql.DB
	now func() time.Time
}

// NewDesk works on db, with now as its clock.
func NewDesk(db *sql.DB, now func() time.Time) *Desk { return &Desk{db: db, now: now} }

// NewsroomInput is what a person gives of a newsroom; Topics are names, in order. A topic's slug is
// made from its name and kept when the name is given again.
type NewsroomInput struct {
	Slug, Name, Language, Zone, EmailFrom, ReplyTo, Boilerplate string
	Topics                                                      []string
	Approvals                                                   int
}

// CreateNewsroom makes one. input.Faults when a field is wrong or the slug is taken or reserved.
func (d *Desk) CreateNewsroom(ctx context.Context, who history.Actor, in NewsroomInput) (Newsroom, error) {
	panic("unwritten")
}

// UpdateNewsroom replaces what a person gives of it. A topic in use can't be removed.
func (d *Desk) UpdateNewsroom(ctx context.Context, who history.Actor, id string, in NewsroomInput) (Newsroom, error) {
	panic("unwritten")
}

// Newsrooms lists every newsroom by name.
func (d *Desk) Newsrooms(ctx context.Context) ([]Newsroom, error) { panic("unwritten") }

// Newsroom finds one by slug or id, or ErrNotFound.
func (d *Desk) Newsroom(ctx context.Context, slugOrID string) (Newsroom, error) { panic("unwritten") }

// Draft is a text as a person gives it. Topics may be names or slugs of the newsroom's topics.
type Draft struct {
	Text Text
	Slug string // wished for; "" makes one from the headline. A taken one is given a suffix.
}

// Saved is a release after a change, and what was done to the input that its writer should know,
// such as control characters taken out.
type Saved struct {
	Release
	Notices []Notice
}

// Notice is something to tell a writer: a catalogue id and its placeholders.
type Notice struct {
	Field   string
	Message string
	Args    map[string]any
}

// Create saves the first version of a release.
func (d *Desk) Create(ctx context.Context, who history.Actor, newsroomID string, in Draft) (Saved, error) {
	panic("unwritten")
}

// Edit saves a new version on top of version base. When base is no longer the newest it returns a
// *Conflict with the release as it stands. Before the lift is set, an edit makes the release a draft
// again; a scheduled or live release keeps its approved text until the new version is approved.
func (d *Desk) Edit(ctx context.Context, who history.Actor, id string, base int, in Draft) (Saved, error) {
	panic("unwritten")
}

// Release finds one by id, or ErrNotFound.
func (d *Desk) Release(ctx context.Context, id string) (Release, error) { panic("unwritten") }

// Versions lists every version, newest first.
func (d *Desk) Versions(ctx context.Context, id string) ([]Version, error) { panic("unwritten") }

// ListFilter narrows the desk's list; zero fields do not.
type ListFilter struct {
	NewsroomID string
	State      State
	After      string
	Limit      int // 1 to 500; 0 means 50
}

// List gives releases, last changed first, and the cursor of the next page ("" at the end).
func (d *Desk) List(ctx context.Context, f ListFilter) (items []Release, next string, err error) {
	panic("unwritten")
}

// Submit asks for approval of the newest version.
func (d *Desk) Submit(ctx context.Context, who history.Actor, id string) (Release, error) {
	panic("unwritten")
}

// Approve approves a version by its number, which must be the newest, and hash ("" is not checked).
// With Approvals 2 whoever submitted or wrote that version can't approve it.
func (d *Desk) Approve(ctx context.Context, who history.Actor, id string, version int, hash string) (Release, error) {
	panic("unwritten")
}

// Schedule sets or moves the lift of an approved release. A lift in the past is a fault unless
// backdated, which never mails. A live release can't be scheduled again.
func (d *Desk) Schedule(ctx context.Context, who history.Actor, id string, lift Lift, backdated bool) (Release, error) {
	panic("unwritten")
}

// Unschedule clears the lift of a release that is not yet live.
func (d *Desk) Unschedule(ctx context.Context, who history.Actor, id string) (Release, error) {
	panic("unwritten")
}

// Publish lifts an approved or scheduled release now.
func (d *Desk) Publish(ctx context.Context, who history.Actor, id string) (Release, error) {
	panic("unwritten")
}
