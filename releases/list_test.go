package releases_test

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func headlines(items []releases.Live) []string {
	var names []string
	for _, l := range items {
		names = append(names, l.Text.Headline)
	}
	return names
}

func TestList_NarrowsByAnyCombination(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		ctx := t.Context()
		in := newsroomInput()
		in.Slug = "avesta"
		other := must[releases.Newsroom](t)(o.desk.CreateNewsroom(ctx, writer, in))
		publish := func(newsroom, headline, language string, kind releases.Kind, topics ...string) {
			r := must[releases.Saved](t)(o.desk.Create(ctx, writer, newsroom, releases.Draft{
				Text: releases.Text{Headline: headline, Language: language, Kind: kind, Topics: topics}}))
			must[releases.Release](t)(o.desk.Approve(ctx, approver, r.ID, 1, ""))
			o.pass(time.Second)
			must[releases.Release](t)(o.desk.Publish(ctx, writer, r.ID))
		}
		publish(o.newsroom.ID, "a", "sv", releases.News, "natur")
		publish(o.newsroom.ID, "b", "sv-FI", releases.Statement, "natur", "manskliga-rattigheter")
		publish(o.newsroom.ID, "c", "en", releases.News)
		publish(other.ID, "d", "sv", releases.News, "natur")
		o.scheduled("hidden", time.Hour)

		for _, test := range []struct {
			filter releases.Filter
			want   string
		}{
			{releases.Filter{}, "[d c b a]"},
			{releases.Filter{NewsroomID: o.newsroom.ID}, "[c b a]"},
			{releases.Filter{Topic: "natur"}, "[d b a]"},
			{releases.Filter{NewsroomID: o.newsroom.ID, Topic: "natur"}, "[b a]"},
			{releases.Filter{Kind: releases.News}, "[d c a]"},
			{releases.Filter{Language: "sv"}, "[d b a]"},
			{releases.Filter{Language: "sv-fi"}, "[b]"},
			{releases.Filter{NewsroomID: o.newsroom.ID, Topic: "natur", Kind: releases.News, Language: "sv"}, "[a]"},
			{releases.Filter{NewsroomID: o.newsroom.ID, Topic: "natur", Kind: releases.News, Language: "en"}, "[]"},
			{releases.Filter{Topic: "sport"}, "[]"},
			{releases.Filter{Language: "nonsense"}, "[]"},
			{releases.Filter{Topic: "natur/news"}, "[]"},
		} {
			if got := fmt.Sprint(headlines(must[[]releases.Live](t)(o.public.List(ctx, o.now(), test.filter)))); got != test.want {
				t.Errorf("%+v gives %s; want %s", test.filter, got, test.want)
			}
		}
	})
}

func TestList_PagedWhileReleasesLift_GivesEachOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		ctx := t.Context()
		for i := range 7 { // all in one millisecond
			o.live(fmt.Sprint("gammal ", i))
		}
		var seen []string
		after := ""
		for page := 0; ; page++ {
			items := must[[]releases.Live](t)(o.public.List(ctx, o.now(), releases.Filter{NewsroomID: o.newsroom.ID, After: after, Limit: 2}))
			if len(items) == 0 {
				break
			}
			seen = append(seen, headlines(items)...)
			after = items[len(items)-1].Cursor()
			o.pass(time.Second)
			o.live(fmt.Sprint("ny ", page))
		}
		slices.Sort(seen)
		if want := "[gammal 0 gammal 1 gammal 2 gammal 3 gammal 4 gammal 5 gammal 6]"; fmt.Sprint(seen) != want {
			t.Errorf("paged through %v", seen)
		}
	})
}

func TestList_WithACursorFromTheFuture_ShowsNothingEarly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Hemligt", time.Hour)
		after := releases.Live{ID: "zzzz", LiftAt: r.LiftAt}.Cursor()
		if items := must[[]releases.Live](t)(o.public.List(t.Context(), o.now(), releases.Filter{After: after})); len(items) != 0 {
			t.Errorf("got %v", headlines(items))
		}
	})
}

func TestDeskList_ShowsEveryState_LastChangedFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		ctx := t.Context()
		first := o.create("utkast")
		o.pass(time.Second)
		o.scheduled("satt", time.Hour)
		o.pass(time.Second)
		o.live("ute")
		o.pass(time.Second)
		o.approved("godkänd")
		o.pass(time.Second)
		o.edit(first, "ändrat utkast", "")
		for state, want := range map[releases.State]string{
			"": "[ändrat utkast godkänd ute satt]", releases.StateDraft: "[ändrat utkast]", releases.StateApproved: "[godkänd]",
			releases.StateScheduled: "[satt]", releases.StateLive: "[ute]", releases.StateSubmitted: "[]",
		} {
			var got []string
			f := releases.ListFilter{NewsroomID: o.newsroom.ID, State: state, Limit: 1}
			for {
				items, next, err := o.desk.List(ctx, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range items {
					got = append(got, r.Text.Headline)
				}
				if f.After = next; next == "" {
					break
				}
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%s: got %v; want %s", state, got, want)
			}
		}
		_, _, err := o.desk.List(ctx, releases.ListFilter{After: "x"})
		wantFaults(t, err, "cursor", "fault.cursor")
	})
}
