package releases_test

import (
	"database/sql"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func corrected(headline, note string) releases.CorrectionInput {
	return releases.CorrectionInput{Text: draft(headline).Text, Note: note, Mail: true}
}

func TestCorrect_ShowsTheNoteAndTheTextAtTheSameAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Vägen stängs i mai")
		o.pass(time.Hour)
		s := must[releases.Saved](t)(o.desk.Correct(t.Context(), approver, r.ID, 0, corrected("Vägen stängs i maj", "Månaden var felstavad."), true))
		if s.Version != 2 || s.Approved != 2 || s.Slug != r.Slug {
			t.Errorf("version %d, approved %d, at %s", s.Version, s.Approved, s.Slug)
		}
		l := must[releases.Live](t)(o.public.Release(t.Context(), o.now(), o.newsroom.Slug, r.Slug))
		if l.Text.Headline != "Vägen stängs i maj" || !l.UpdatedAt.Equal(o.now()) || !l.LiftAt.Equal(r.LiftAt) || len(l.Corrections) != 1 {
			t.Fatalf("the world sees %+v", l)
		}
		c := l.Corrections[0]
		if c.Note != "Månaden var felstavad." || c.Replaced != 1 || c.Shown != 2 || !c.At.Equal(o.now()) {
			t.Errorf("it is told %+v", c)
		}
		change := must[releases.Change](t)(o.public.Change(t.Context(), o.now(), o.newsroom.Slug, r.Slug, 2))
		if len(change.Differences) != 1 || change.Differences[0].Field != "headline" {
			t.Errorf("what changed is %+v", change.Differences)
		}
		if _, err := o.public.Change(t.Context(), o.now(), o.newsroom.Slug, r.Slug, 1); err != releases.ErrNotFound {
			t.Errorf("what no correction changed: %v", err)
		}
		if list := must[[]releases.Live](t)(o.public.List(t.Context(), o.now(), releases.Filter{})); len(list[0].Corrections) != 1 {
			t.Error("the list has no mark")
		}
	})
}

func TestCorrect_WithTwoPeople_WaitsForTheOther_AndNobodyIsToldBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 2)
		r := o.create("Två ögonpar")
		must[releases.Release](t)(o.desk.Submit(t.Context(), writer, r.ID))
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, 1, ""))
		must[releases.Release](t)(o.desk.Publish(t.Context(), approver, r.ID))
		o.pass(time.Hour)
		live := func() releases.Live {
			return must[releases.Live](t)(o.public.ByID(t.Context(), o.now(), r.ID))
		}
		must[releases.Saved](t)(o.desk.Correct(t.Context(), writer, r.ID, 1, corrected("Två par ögon", "Första försöket."), true))
		second := must[releases.Saved](t)(o.desk.Correct(t.Context(), writer, r.ID, 2, corrected("Fyra ögon", "Antalet var oklart."), true))
		if l := live(); l.Text.Headline != "Två ögonpar" || l.Corrections != nil || !l.UpdatedAt.Equal(l.LiftAt) {
			t.Errorf("before the approval the world sees %+v", l)
		}
		_, err := o.desk.Approve(t.Context(), writer, r.ID, 3, "")
		wantConflict(t, err, "conflict.own_approval")
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, 3, second.Hash))
		if l := live(); l.Text.Headline != "Fyra ögon" || len(l.Corrections) != 1 || l.Corrections[0].Note != "Antalet var oklart." || l.Corrections[0].Replaced != 1 {
			t.Errorf("after the approval the world sees %+v", l)
		}
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestCorrect_NeedsANoteAndAnotherText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Rätt")
		_, err := o.desk.Correct(t.Context(), approver, r.ID, 1, corrected("", " "), true)
		wantFaults(t, err, "note", "fault.required", "headline", "fault.required")
		_, err = o.desk.Correct(t.Context(), approver, r.ID, 1, releases.CorrectionInput{Text: r.Text, Note: "Inget"}, true)
		wantFaults(t, err, "note", "fault.correction_unchanged")
		_, err = o.desk.Correct(t.Context(), approver, o.scheduled("Sedan", time.Hour).ID, 1, corrected("Nu", "Nej"), true)
		wantConflict(t, err, "conflict.not_live")
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Annans ändring")))
		for _, base := range []int{0, 1} {
			_, err = o.desk.Correct(t.Context(), approver, r.ID, base, corrected("Min", "Rättat"), true)
			wantConflict(t, err, "conflict.stale")
		}
	})
}

func TestMinorEdit_OfALiveRelease_MovesUpdatedAndSaysNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Vägen stängs i mai")
		o.pass(time.Hour)
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Vägen stängs i maj")))
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, r.ID, 2, ""))
		if l := must[releases.Live](t)(o.public.ByID(t.Context(), o.now(), r.ID)); l.Corrections != nil || !l.UpdatedAt.Equal(o.now()) {
			t.Errorf("the world sees %+v", l)
		}
	})
}
