package releases_test

import (
	"database/sql"
	"errors"
	"sync"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/releases/vault"
)

var (
	writer   = history.Actor{ID: "writer", Name: "anna@example.org", From: "192.0.2.1"}
	keys     = vault.New([]byte("a secret of the tests"))
	approver = history.Actor{ID: "approver", Name: "bo@example.org", From: "192.0.2.2"}
)

// clock is a desk's clock that a test moves.
type clock struct {
	sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2016, 10, 17, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.Lock()
	defer c.Unlock()
	c.at = at
}

func (c *clock) pass(d time.Duration) { c.set(c.now().Add(d)) }

// office is a newsroom with its two stores and the clock they share.
type office struct {
	t *testing.T
	*clock
	db       *sql.DB
	desk     *releases.Desk
	public   *releases.Public
	newsroom releases.Newsroom
}

func newsroomInput() releases.NewsroomInput {
	return releases.NewsroomInput{
		Slug: "dalarna", Name: "Länsstyrelsen Dalarna", Language: "sv", Zone: "Europe/Stockholm",
		EmailFrom: "Länsstyrelsen Dalarna <press@example.org>", Topics: []string{"Natur", "Mänskliga rättigheter"}, Approvals: 1,
	}
}

func newOffice(t *testing.T, db *sql.DB, approvals int) *office {
	t.Helper()
	c := newClock()
	o := &office{t: t, clock: c, db: db, desk: releases.NewDesk(db, keys, c.now), public: releases.NewPublic(db, keys)}
	in := newsroomInput()
	in.Approvals = approvals
	newsroom, err := o.desk.CreateNewsroom(t.Context(), writer, in)
	if err != nil {
		t.Fatal(err)
	}
	o.newsroom = newsroom
	return o
}

func draft(headline string) releases.Draft {
	return releases.Draft{Text: releases.Text{Headline: headline, Body: "Brödtext.", Topics: []string{"natur"}}}
}

// must fails the test on an error of a call that is only a step on the way.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (o *office) create(headline string) releases.Release {
	o.t.Helper()
	return must[releases.Saved](o.t)(o.desk.Create(o.t.Context(), writer, o.newsroom.ID, draft(headline))).Release
}

func (o *office) approved(headline string) releases.Release {
	o.t.Helper()
	r := o.create(headline)
	return must[releases.Release](o.t)(o.desk.Approve(o.t.Context(), approver, r.ID, r.Version, r.Hash))
}

func (o *office) scheduled(headline string, in time.Duration) releases.Release {
	o.t.Helper()
	r := o.approved(headline)
	return must[releases.Release](o.t)(o.desk.Schedule(o.t.Context(), approver, r.ID, o.lift(in), false))
}

func (o *office) live(headline string) releases.Release {
	o.t.Helper()
	r := o.approved(headline)
	return must[releases.Release](o.t)(o.desk.Publish(o.t.Context(), approver, r.ID))
}

// lift is an instant from now, as a person in Falun would give it.
func (o *office) lift(in time.Duration) releases.Lift {
	o.t.Helper()
	stockholm, _ := input.Location("Europe/Stockholm")
	at := o.now().Add(in)
	return must[releases.Lift](o.t)(releases.ParseLift(at.In(stockholm).Format("2006-01-02T15:04:05.999Z07:00"), "Europe/Stockholm"))
}

// state fails unless the release is in it.
func (o *office) state(id string, want releases.State) releases.Release {
	o.t.Helper()
	r := must[releases.Release](o.t)(o.desk.Release(o.t.Context(), id))
	if r.State != want {
		o.t.Fatalf("the release is %s; want %s", r.State, want)
	}
	return r
}

// seen says whether the world sees a release; every way there is must say the same.
func (o *office) seen(now time.Time, r releases.Release) bool {
	o.t.Helper()
	ctx := o.t.Context()
	_, byAddress := o.public.Release(ctx, now, o.newsroom.Slug, r.Slug)
	_, byID := o.public.ByID(ctx, now, r.ID)
	list, err := o.public.List(ctx, now, releases.Filter{NewsroomID: o.newsroom.ID})
	if err != nil {
		o.t.Fatal(err)
	}
	listed := false
	for _, l := range list {
		listed = listed || l.ID == r.ID
	}
	if (byAddress == nil) != listed || (byID == nil) != listed {
		o.t.Fatalf("address says %v, id says %v, list says %v", byAddress, byID, listed)
	}
	if !listed && (byAddress != releases.ErrNotFound || byID != releases.ErrNotFound) {
		o.t.Fatalf("hidden, but not as if missing: %v, %v", byAddress, byID)
	}
	return listed
}

// wantConflict fails unless err is a conflict with this message.
func wantConflict(t *testing.T, err error, message string) *releases.Conflict {
	t.Helper()
	var conflict *releases.Conflict
	if !errors.As(err, &conflict) || !errors.Is(err, releases.ErrConflict) || conflict.Message != message {
		t.Fatalf("got %v; want %s", err, message)
	}
	return conflict
}

// wantFaults fails unless err is exactly these faults: field, message pairs.
func wantFaults(t *testing.T, err error, pairs ...string) input.Faults {
	t.Helper()
	var faults input.Faults
	if !errors.As(err, &faults) || len(faults) != len(pairs)/2 {
		t.Fatalf("got %v; want %v", err, pairs)
	}
	for i, fault := range faults {
		if fault.Field != pairs[2*i] || fault.Message != pairs[2*i+1] {
			t.Errorf("fault %d is %s: %s; want %s: %s", i, fault.Field, fault.Message, pairs[2*i], pairs[2*i+1])
		}
	}
	return faults
}
