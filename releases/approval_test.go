package releases_test

import (
	"database/sql"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func TestApproval_WithOnePerson_TakesADraftOfOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Eget")
		r = must[releases.Release](t)(o.desk.Approve(t.Context(), writer, r.ID, 1, ""))
		if r.State != releases.StateApproved || r.Approved != 1 || r.ApprovedBy != writer.Name {
			t.Errorf("got %s, version %d by %q", r.State, r.Approved, r.ApprovedBy)
		}
		_, err := o.desk.Approve(t.Context(), approver, r.ID, 1, "")
		wantConflict(t, err, "conflict.approved_already")
	})
}

func TestApproval_WithTwoPeople_NeedsAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 2)
		ctx := t.Context()
		r := o.create("Två ögonpar")
		_, err := o.desk.Approve(ctx, approver, r.ID, 1, "")
		wantConflict(t, err, "conflict.not_submitted")

		third := history.Actor{ID: "third", Name: "cia@example.org"}
		r = must[releases.Release](t)(o.desk.Submit(ctx, third, r.ID))
		if r.State != releases.StateSubmitted || r.SubmittedBy != third.Name {
			t.Errorf("got %s by %q", r.State, r.SubmittedBy)
		}
		_, err = o.desk.Submit(ctx, third, r.ID)
		wantConflict(t, err, "conflict.not_draft")
		for _, own := range []history.Actor{writer, third} {
			// A name changed meanwhile is the same person.
			_, err = o.desk.Approve(ctx, history.Actor{ID: own.ID, Name: "new@example.org"}, r.ID, 1, "")
			wantConflict(t, err, "conflict.own_approval")
		}
		r = must[releases.Release](t)(o.desk.Approve(ctx, approver, r.ID, 1, r.Hash))
		if r.State != releases.StateApproved {
			t.Errorf("got %s", r.State)
		}

		r = must[releases.Release](t)(o.desk.Schedule(ctx, writer, r.ID, o.lift(time.Hour), false))
		must[releases.Saved](t)(o.desk.Edit(ctx, writer, r.ID, 1, draft("Två par ögon")))
		_, err = o.desk.Approve(ctx, writer, r.ID, 2, "")
		wantConflict(t, err, "conflict.own_approval")
		must[releases.Release](t)(o.desk.Approve(ctx, approver, r.ID, 2, ""))
	})
}

func TestApproval_NamesTheNewestVersionAndItsText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		first := o.create("Första")
		second := must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, first.ID, 1, draft("Andra")))
		_, err := o.desk.Approve(t.Context(), approver, first.ID, 1, first.Hash)
		wantConflict(t, err, "conflict.not_newest")
		_, err = o.desk.Approve(t.Context(), approver, first.ID, 2, first.Hash)
		wantConflict(t, err, "conflict.other_text")
		if first.Hash == second.Hash {
			t.Error("two texts have one hash")
		}
		must[releases.Release](t)(o.desk.Approve(t.Context(), approver, first.ID, 2, second.Hash))
	})
}

func TestEdit_BeforeTheLiftIsSet_NeedsANewApproval(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Godkänd")
		edited := must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Ändrad")))
		if edited.State != releases.StateDraft || edited.Approved != 0 || edited.ApprovedBy != "" || edited.Version != 2 {
			t.Errorf("got %s, approved %d by %q, version %d", edited.State, edited.Approved, edited.ApprovedBy, edited.Version)
		}
		_, err := o.desk.Schedule(t.Context(), writer, r.ID, o.lift(time.Hour), false)
		wantConflict(t, err, "conflict.not_approved")
	})
}

func TestEdit_OnceScheduled_ShowsTheApprovedTextUntilTheNewOneIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		ctx := t.Context()
		r := o.scheduled("Första", time.Hour)
		next := draft("Andra")
		next.Text.Kind, next.Text.Language, next.Text.Topics = releases.Statement, "en", []string{"Mänskliga rättigheter"}
		edited := must[releases.Saved](t)(o.desk.Edit(ctx, writer, r.ID, 1, next))
		if edited.State != releases.StateScheduled || edited.Approved != 1 || edited.Version != 2 {
			t.Errorf("got %s, approved %d, version %d", edited.State, edited.Approved, edited.Version)
		}
		o.set(r.LiftAt)
		lists := func() (old, new int) {
			o.pass(time.Minute)
			for filter, count := range map[releases.Filter]*int{
				{Kind: releases.PressRelease, Topic: "natur", Language: "sv"}:              &old,
				{Kind: releases.Statement, Topic: "manskliga-rattigheter", Language: "en"}: &new,
			} {
				*count = len(must[[]releases.Live](t)(o.public.List(ctx, o.now(), filter)))
			}
			return old, new
		}
		l := must[releases.Live](t)(o.public.ByID(ctx, o.now(), r.ID))
		if old, new := lists(); l.Text.Headline != "Första" || l.Version != 1 || old != 1 || new != 0 || !l.UpdatedAt.Equal(l.LiftAt) {
			t.Errorf("live shows %q, version %d, in lists %d and %d, updated %v", l.Text.Headline, l.Version, old, new, l.UpdatedAt)
		}
		must[releases.Release](t)(o.desk.Approve(ctx, approver, r.ID, 2, ""))
		approvedAt := o.now()
		l = must[releases.Live](t)(o.public.ByID(ctx, o.now(), r.ID))
		if old, new := lists(); l.Text.Headline != "Andra" || l.Version != 2 || old != 0 || new != 1 || !l.UpdatedAt.Equal(approvedAt) {
			t.Errorf("live shows %q, version %d, in lists %d and %d, updated %v", l.Text.Headline, l.Version, old, new, l.UpdatedAt)
		}
		if !l.LiftAt.Equal(r.LiftAt) {
			t.Error("an edit moved the lift")
		}
	})
}

func TestUnschedule_AfterAnEdit_IsADraftAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Första", time.Hour)
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Andra")))
		r = must[releases.Release](t)(o.desk.Unschedule(t.Context(), writer, r.ID))
		if r.State != releases.StateDraft || r.Approved != 0 {
			t.Errorf("got %s with version %d approved: nobody has approved the newest", r.State, r.Approved)
		}
	})
}

func TestEdit_OnAStaleVersion_ShowsWhatStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Första")
		must[releases.Saved](t)(o.desk.Edit(t.Context(), approver, r.ID, 1, draft("Andras ändring")))
		_, err := o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Min ändring"))
		conflict := wantConflict(t, err, "conflict.stale")
		if conflict.Current.Version != 2 || conflict.Current.Text.Headline != "Andras ändring" {
			t.Errorf("the conflict shows version %d, %q", conflict.Current.Version, conflict.Current.Text.Headline)
		}
		for _, base := range []int{0, 7} {
			_, err = o.desk.Edit(t.Context(), writer, r.ID, base, draft("Min ändring"))
			wantConflict(t, err, "conflict.no_version")
		}
	})
}

func TestEdit_ThatChangesNothing_MakesNoVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Samma")
		again := must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, 1, releases.Draft{Text: r.Text, Slug: r.Slug}))
		if again.Version != 1 || again.State != releases.StateApproved || !again.UpdatedAt.Equal(r.UpdatedAt) {
			t.Errorf("got version %d, %s", again.Version, again.State)
		}
	})
}

func TestVersions_KeepEverySave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Ett")
		o.pass(time.Minute)
		must[releases.Saved](t)(o.desk.Edit(t.Context(), approver, r.ID, 1, draft("Två")))
		versions := must[[]releases.Version](t)(o.desk.Versions(t.Context(), r.ID))
		if len(versions) != 2 || versions[0].Number != 2 || versions[0].Text.Headline != "Två" || versions[0].CreatedBy != approver.Name ||
			versions[1].Text.Headline != "Ett" || versions[1].Hash != r.Hash || !versions[0].CreatedAt.Equal(o.now()) {
			t.Errorf("got %+v", versions)
		}
	})
}
