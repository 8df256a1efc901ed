package releases_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func nothing(context.Context, *sql.Tx) error { return nil }

func TestSituation_NewsroomFrozenAndThawed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		ctx := t.Context()
		out, soon, later := o.live("Ute"), o.scheduled("Snart", time.Hour), o.scheduled("Senare", 3*time.Hour)
		_, token := o.give(soon, "")
		o.wantNews(releases.NewsGiven)
		_, err := o.desk.Freeze(ctx, approver, o.newsroom.ID, " ", nothing)
		wantFaults(t, err, "reason", "fault.required")
		must[releases.Newsroom](t)(o.desk.Freeze(ctx, approver, o.newsroom.ID, "Misstänkt läcka", nothing))
		_, err = o.desk.Freeze(ctx, approver, o.newsroom.ID, "Igen", nothing)
		wantConflict(t, err, "conflict.frozen_already")
		if opens, _ := o.opens(token); opens {
			t.Error("a pass opens it")
		}
		if r := o.state(soon.ID, releases.StateFrozen); !r.Hidden || r.Text.Headline != "" || r.Slug != "" {
			t.Errorf("the desk shows %+v", r)
		}
		if _, err := o.desk.Versions(ctx, soon.ID); !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("the desk shows its versions: %v", err)
		}
		if r := o.state(out.ID, releases.StateLive); r.Hidden || !o.seen(o.now(), out) {
			t.Error("what was out is not any more")
		}
		for name, do := range map[string]func() error{
			"publish":  func() error { _, err := o.desk.Publish(ctx, approver, soon.ID); return err },
			"schedule": func() error { _, err := o.desk.Schedule(ctx, approver, soon.ID, o.lift(time.Hour), false); return err },
			"break":    func() error { _, err := o.desk.BreakEmbargo(ctx, approver, soon.ID, "Läckt"); return err },
			"create":   func() error { _, err := o.desk.Create(ctx, writer, o.newsroom.ID, draft("Nytt")); return err },
			"edit":     func() error { _, err := o.desk.Edit(ctx, writer, out.ID, out.Version, draft("Ändrat")); return err },
		} {
			if err := do(); !errors.Is(err, releases.ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		o.set(soon.LiftAt.Add(time.Minute))
		if o.seen(o.now(), soon) {
			t.Fatal("a lift that came while the newsroom was frozen let it out")
		}
		o.wantNews()
		must[releases.Newsroom](t)(o.desk.Thaw(ctx, approver, o.newsroom.ID, "Det var inget"))
		if r := o.state(soon.ID, releases.StateApproved); !r.LiftAt.IsZero() || o.seen(o.now(), soon) {
			t.Errorf("after the thaw, what had missed its lift is %+v", r)
		}
		o.wantNews(releases.NewsCleared)
		if r := o.state(later.ID, releases.StateScheduled); !r.LiftAt.Equal(later.LiftAt) {
			t.Errorf("what was to come lifts at %v", r.LiftAt)
		}
		o.set(later.LiftAt)
		if !o.seen(o.now(), later) {
			t.Error("what was to come does not")
		}
		if err := history.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestFreeze_AndAChangeAtOnce_LetNothingOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Samtidigt")
		froze := make(chan error, 1)
		go func() {
			_, err := o.desk.Freeze(t.Context(), approver, o.newsroom.ID, "Läcka", nothing)
			froze <- err
		}()
		_, err := o.desk.Schedule(t.Context(), approver, r.ID, o.lift(time.Hour), false)
		if err != nil && !errors.Is(err, releases.ErrConflict) {
			t.Fatal(err)
		}
		if err := <-froze; err != nil {
			t.Fatal(err)
		}
		if o.seen(o.now().Add(2*time.Hour), r) {
			t.Error("it gets out of a frozen newsroom")
		}
	})
}

// What is said of a text that the world has not seen is hidden with it.
func TestSituation_NewsroomFrozen_HidesWhatIsSaidOfWhatIsNotOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		canceled, corrected := o.scheduled("Affären", time.Hour), o.live("Bussarna")
		must[releases.Release](t)(o.desk.Withdraw(t.Context(), approver, canceled.ID, releases.WithdrawInput{Reason: "Köparen drog sig ur."}))
		text := corrected.Text
		text.Headline = "Bussarna går"
		must[releases.Saved](t)(o.desk.Correct(t.Context(), writer, corrected.ID, 0, releases.CorrectionInput{Text: text, Note: "Rubriken var fel."}, false))
		told := func() (reason string, notes int) {
			r := must[releases.Release](t)(o.desk.Release(t.Context(), canceled.ID))
			return r.Withdrawal.Reason, len(must[[]releases.Correction](t)(o.desk.Corrections(t.Context(), corrected.ID)))
		}
		if reason, notes := told(); reason == "" || notes != 1 {
			t.Fatalf("before: %q and %d notes", reason, notes)
		}
		must[releases.Newsroom](t)(o.desk.Freeze(t.Context(), approver, o.newsroom.ID, "Ett konto är kapat.", nothing))
		if reason, notes := told(); reason != "" || notes != 0 {
			t.Errorf("frozen, it tells %q and %d notes", reason, notes)
		}
	})
}
