package releases_test

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func TestPlaceholders_AreWhatSomebodyMeantToReplace(t *testing.T) {
	for body, want := range map[string][]string{
		"Det kostar XXX kronor, säger [namn].":                 {"XXX", "[namn]"},
		"Tid: TBC. Lorem ipsum dolor.":                         {"TBC", "Lorem ipsum"},
		"Läs [mer]() eller [här](https://).":                   {"[mer]()", "[här](https://)"},
		"Läs [mer](https://example.org), säger hon [sic] […].": nil,
		"[](https://example.org)":                              {"[](https://example.org)"},
		"Super Bowl LIX och xx och tbc.":                       nil,
	} {
		var got []string
		for _, p := range releases.Placeholders(releases.Text{Body: body}) {
			got = append(got, p.Text)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q; want %q", body, got, want)
		}
	}
	found := releases.Placeholders(releases.Text{Contacts: []releases.Contact{{Name: "Åsa", Phone: "xxx"}}})
	if len(found) != 1 || found[0].Field != "contacts[0].phone" {
		t.Errorf("found %+v", found)
	}
}

func TestPlaceholders_KeepAReleaseFromTheWorld_UntilWavedThroughByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Final XXX spelas")
		_, err := o.desk.Schedule(t.Context(), approver, r.ID, o.lift(time.Hour), false)
		wantConflict(t, err, "conflict.placeholders")
		_, err = o.desk.Publish(t.Context(), approver, r.ID)
		wantConflict(t, err, "conflict.placeholders")
		_, err = o.desk.WaveThrough(t.Context(), approver, r.ID, 1, []string{"TBC"})
		wantFaults(t, err, "placeholders", "fault.no_placeholder")
		must[releases.Release](t)(o.desk.WaveThrough(t.Context(), approver, r.ID, 1, []string{"XXX"}))
		must[releases.Release](t)(o.desk.Publish(t.Context(), approver, r.ID))
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Final XXX spelades")))
		_, err = o.desk.Approve(t.Context(), approver, r.ID, 2, "")
		wantConflict(t, err, "conflict.placeholders")
	})
}

func TestForcedApproval_StaysMarkedUntilAnotherReviewsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 2)
		r := o.create("Kris i natt")
		_, err := o.desk.ForceApprove(t.Context(), writer, r.ID, 1, "", "")
		wantFaults(t, err, "reason", "fault.required")
		r = must[releases.Release](t)(o.desk.ForceApprove(t.Context(), writer, r.ID, 1, r.Hash, "Ingen annan svarade."))
		if r.State != releases.StateApproved || r.Forced.By != writer.Name || r.Forced.Reason != "Ingen annan svarade." {
			t.Fatalf("got %s, %+v", r.State, r.Forced)
		}
		must[releases.Release](t)(o.desk.Publish(t.Context(), writer, r.ID))
		_, err = o.desk.Review(t.Context(), writer, r.ID, 1)
		wantConflict(t, err, "conflict.own_review")
		r = must[releases.Release](t)(o.desk.Review(t.Context(), approver, r.ID, 1))
		if r.Forced != (releases.Forced{}) {
			t.Errorf("still marked: %+v", r.Forced)
		}
		_, err = o.desk.Review(t.Context(), approver, r.ID, 1)
		wantConflict(t, err, "conflict.not_forced")
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestSituation_ApprovedByItsOwnAuthor_WhereTwoAreAskedFor_IsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 2)
		r := o.create("Eget")
		must[releases.Release](t)(o.desk.Submit(t.Context(), approver, r.ID))
		_, err := o.desk.Approve(t.Context(), writer, r.ID, 1, r.Hash)
		wantConflict(t, err, "conflict.own_approval")
	})
}

func TestSituation_EditedAfterApproval_NeedsAnApprovalOfItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Godkänd", time.Hour)
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Inte godkänd")))
		o.set(r.LiftAt)
		if l := must[releases.Live](t)(o.public.ByID(t.Context(), o.now(), r.ID)); l.Text.Headline != "Godkänd" {
			t.Errorf("the world sees %q", l.Text.Headline)
		}
	})
}

func TestRestore_SavesTheEarlierTextAsANewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Första")
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Andra")))
		_, err := o.desk.Restore(t.Context(), writer, r.ID, 1, 1)
		wantConflict(t, err, "conflict.stale")
		back := must[releases.Release](t)(o.desk.Restore(t.Context(), writer, r.ID, 1, 2))
		if back.Version != 3 || back.Text.Headline != "Första" {
			t.Errorf("version %d, %q", back.Version, back.Text.Headline)
		}
		_, err = o.desk.Restore(t.Context(), writer, r.ID, 1, 3)
		wantConflict(t, err, "conflict.restore_same")
	})
}

func TestDelete_OfADraft_FreesItsAddress_AndCanBeUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Samma rubrik")
		if err := o.desk.Delete(t.Context(), writer, r.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := o.desk.Release(t.Context(), r.ID); err != releases.ErrNotFound {
			t.Errorf("deleted, yet %v", err)
		}
		if other := o.create("Samma rubrik"); other.Slug != "samma-rubrik" {
			t.Errorf("its address isn't free: %s", other.Slug)
		}
		deleted, _, err := o.desk.List(t.Context(), releases.ListFilter{State: releases.StateDeleted})
		if err != nil || len(deleted) != 1 {
			t.Errorf("among the deleted: %d, %v", len(deleted), err)
		}
		back := must[releases.Release](t)(o.desk.Undelete(t.Context(), writer, r.ID))
		if back.State != releases.StateDraft || back.Slug != "samma-rubrik-2" {
			t.Errorf("back as %s at %s", back.State, back.Slug)
		}
		wantConflict(t, o.desk.Delete(t.Context(), writer, o.live("Ute").ID), "conflict.delete_live")
		wantConflict(t, o.desk.Delete(t.Context(), writer, o.scheduled("Satt", time.Hour).ID), "conflict.delete_scheduled")
	})
}

func TestComments_AreKeptInOrder_AndSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Utkast")
		for _, text := range []string{"Stämmer siffran?", "Ja."} {
			must[releases.Comment](t)(o.desk.AddComment(t.Context(), approver, r.ID, text))
			o.pass(time.Minute)
		}
		list := must[[]releases.Comment](t)(o.desk.Comments(t.Context(), r.ID))
		if len(list) != 2 || list[0].Text != "Stämmer siffran?" || list[1].By != approver.Name || list[0].Version != 1 {
			t.Errorf("said: %+v", list)
		}
		var stored string
		if db.QueryRow(`SELECT content FROM comments LIMIT 1`).Scan(&stored); stored == "" || stored == "Ja." || stored == "Stämmer siffran?" {
			t.Errorf("stored as %q", stored)
		}
	})
}

func TestLiftWarnings_TellOfNightsWeekendsCrowdsAndHaste(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1) // Monday 17 October 2016, 14:00 in Stockholm
		warned := func(r releases.Release) (list []string) {
			for _, n := range must[[]releases.Notice](t)(o.desk.LiftWarnings(t.Context(), r)) {
				list = append(list, n.Message)
			}
			return list
		}
		for in, want := range map[time.Duration][]string{
			time.Hour:                  nil,
			4 * time.Minute:            {"notice.lift_soon"},
			9 * time.Hour:              {"notice.lift_night"},
			5 * 24 * time.Hour:         {"notice.lift_weekend"},
			16 * time.Hour:             nil, // 06:00
			16*time.Hour - time.Minute: {"notice.lift_night"},
		} {
			if got := warned(o.scheduled("Varning", in)); !slices.Equal(got, want) {
				t.Errorf("in %v: %q; want %q", in, got, want)
			}
		}
		o.scheduled("Samtidigt", 90*time.Minute)
		if got := warned(o.scheduled("Med", 90*time.Minute+30*time.Second)); !slices.Equal(got, []string{"notice.lift_same_minute"}) {
			t.Errorf("in one minute with another: %q", got)
		}
	})
}
