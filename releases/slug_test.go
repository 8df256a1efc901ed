package releases_test

import (
	"database/sql"
	"errors"
	"reflect"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/database/dbtest"
)

func (o *office) edit(r releases.Release, headline, slug string) releases.Saved {
	o.t.Helper()
	in := draft(headline)
	in.Slug, in.MayMove = slug, true
	return must[releases.Saved](o.t)(o.desk.Edit(o.t.Context(), writer, r.ID, r.Version, in))
}

func TestSlug_FollowsTheHeadline_UntilItsTimeIsSet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Öppet hus")
		if r.Slug != "oppet-hus" {
			t.Errorf("got %q", r.Slug)
		}
		r = o.edit(r, "Öppet hus på torsdag", "").Release
		if r.Slug != "oppet-hus-pa-torsdag" {
			t.Errorf("got %q", r.Slug)
		}
		if other := o.create("Öppet hus"); other.Slug != "oppet-hus" {
			t.Errorf("an address that the world never saw is still taken: %q", other.Slug)
		}
		r = must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, r.Version, r.Hash))
		r = must[releases.Release](t)(o.desk.Schedule(t.Context(), approver, r.ID, o.lift(time.Hour), false))
		for _, when := range []string{"scheduled", "live"} {
			if r = o.edit(r, "Öppet hus, "+when, "").Release; r.Slug != "oppet-hus-pa-torsdag" {
				t.Errorf("a %s release moved to %q by itself", when, r.Slug)
			}
			o.set(r.LiftAt)
		}
	})
}

func TestSlug_ThatWasChosen_Stays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		in := draft("Öppet hus")
		in.Slug = "valkommen"
		r := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, o.newsroom.ID, in)).Release
		if r = o.edit(r, "Annan rubrik", "").Release; r.Slug != "valkommen" {
			t.Errorf("got %q", r.Slug)
		}
		// Giving back the address that was read is no choice.
		r = o.create("Följer med")
		r = o.edit(r, "Följer med", r.Slug).Release
		if r = o.edit(r, "Följer fortfarande", "").Release; r.Slug != "foljer-fortfarande" {
			t.Errorf("got %q", r.Slug)
		}
	})
}

func TestSlug_Taken_GetsASuffixAndANotice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		o.create("Öppet hus")
		if r := o.create("Öppet hus!"); r.Slug != "oppet-hus-2" {
			t.Errorf("got %q", r.Slug)
		}
		in := draft("Något annat")
		in.Slug = "oppet-hus"
		saved := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, o.newsroom.ID, in))
		if saved.Slug != "oppet-hus-3" || len(saved.Notices) != 1 || saved.Notices[0].Message != "notice.slug_taken" ||
			saved.Notices[0].Field != "slug" || saved.Notices[0].Args["Slug"] != "oppet-hus-3" {
			t.Errorf("got %q and %+v", saved.Slug, saved.Notices)
		}
		if r := o.create("Search"); r.Slug != "search-2" {
			t.Errorf("a release took the address of a page: %q", r.Slug)
		}
		if r := o.create("!!!"); r.Slug != "press-release" {
			t.Errorf("got %q", r.Slug)
		}
		in.Slug = "Öppet hus"
		_, err := o.desk.Create(t.Context(), writer, o.newsroom.ID, in)
		wantFaults(t, err, "slug", "fault.slug")
	})
}

func TestSlug_FromATakenHeadline_IsToldToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		tells := func(saved releases.Saved, wish, slug string) {
			t.Helper()
			want := []releases.Notice{{Field: "slug", Message: "notice.slug_taken", Args: map[string]any{"Wish": wish, "Slug": slug}}}
			if saved.Slug != slug || !reflect.DeepEqual(saved.Notices, want) {
				t.Errorf("got %q and %+v", saved.Slug, saved.Notices)
			}
		}
		o.create("Öppet hus")
		second := must[releases.Saved](t)(o.desk.Create(t.Context(), writer, o.newsroom.ID, draft("Öppet hus")))
		tells(second, "oppet-hus", "oppet-hus-2")
		moved := o.edit(second.Release, "Annan rubrik", "")
		if moved.Notices != nil {
			t.Errorf("nothing was in its way: %+v", moved.Notices)
		}
		back := o.edit(moved.Release, "Öppet hus!", "")
		tells(back, "oppet-hus", "oppet-hus-2")
		if again := o.edit(back.Release, "Öppet hus!", ""); again.Notices != nil {
			t.Errorf("it is told again though nothing changed: %+v", again.Notices)
		}
	})
}

func TestSlug_ChangedWhileLive_Redirects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Öppet hus")
		second := o.edit(r, "Öppet hus", "andra").Release
		third := o.edit(second, "Öppet hus", "tredje").Release
		for _, former := range []string{r.Slug, second.Slug} {
			_, err := o.public.Release(t.Context(), o.now(), "dalarna", former)
			var moved *releases.Moved
			if !errors.As(err, &moved) || moved.Slug != "tredje" {
				t.Errorf("%s gives %v; want a redirect to tredje", former, err)
			}
		}
		must[releases.Live](t)(o.public.Release(t.Context(), o.now(), "dalarna", third.Slug))
		if other := o.create("Öppet hus"); other.Slug != "oppet-hus-2" {
			t.Errorf("another release took a former address: %q", other.Slug)
		}
		if back := o.edit(third, "Öppet hus", "oppet-hus"); back.Slug != "oppet-hus" {
			t.Errorf("it could not have its own former address back: %q", back.Slug)
		}
	})
}

func TestSlug_OfAnEmbargoedRelease_IsNoRedirect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Hemligt", time.Hour)
		o.edit(r, "Hemligt", "nytt")
		for _, slug := range []string{"hemligt", "nytt"} {
			if _, err := o.public.Release(t.Context(), o.now(), "dalarna", slug); err != releases.ErrNotFound {
				t.Errorf("%s gives %v", slug, err)
			}
		}
	})
}

// It would be shown without an approval.
func TestSlug_OfAReleaseWithItsTime_MovesForApproversOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		for _, r := range []releases.Release{o.scheduled("Öppet hus", time.Hour), o.live("Stängt hus")} {
			in := draft(r.Text.Headline)
			in.Slug = "hemliga-planer"
			var faults input.Faults
			if _, err := o.desk.Edit(t.Context(), writer, r.ID, r.Version, in); !errors.As(err, &faults) || faults[0].Field != "slug" {
				t.Errorf("%s: %v", r.State, err)
			}
			in.Slug = r.Slug // given back as it was read
			if _, err := o.desk.Edit(t.Context(), writer, r.ID, r.Version, in); err != nil {
				t.Errorf("%s: %v", r.State, err)
			}
			if moved := o.edit(r, r.Text.Headline, "ny-adress-"+string(r.State)); moved.Slug != "ny-adress-"+string(r.State) {
				t.Errorf("%s: an approver moved it to %q", r.State, moved.Slug)
			}
		}
	})
}
