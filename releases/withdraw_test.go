package releases_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func withdrawal(reason string) releases.WithdrawInput { return releases.WithdrawInput{Reason: reason} }

// notice is what the world gets in a release's place; every way there is must say the same.
func (o *office) notice(r releases.Release) *releases.Withdrawn {
	o.t.Helper()
	var byAddress, byID, listed *releases.Withdrawn
	_, err := o.public.Release(o.t.Context(), o.now(), o.newsroom.Slug, r.Slug)
	errors.As(err, &byAddress)
	_, err = o.public.ByID(o.t.Context(), o.now(), r.ID)
	errors.As(err, &byID)
	for _, l := range must[[]releases.Live](o.t)(o.public.List(o.t.Context(), o.now(), releases.Filter{NewsroomID: o.newsroom.ID, Withdrawn: true})) {
		if l.ID == r.ID {
			listed = l.Withdrawn
			if l.Text.Body != "" || l.Text.Lede != "" || l.Text.Contacts != nil || l.Text.Headline != listed.Headline {
				o.t.Errorf("the list has more than the notice: %+v", l.Text)
			}
		}
	}
	if (byAddress == nil) != (byID == nil) || (byID == nil) != (listed == nil) {
		o.t.Fatalf("by address %v, by id %v, in the list %v", byAddress, byID, listed)
	}
	for _, l := range must[[]releases.Live](o.t)(o.public.List(o.t.Context(), o.now(), releases.Filter{NewsroomID: o.newsroom.ID})) {
		if l.ID == r.ID && byID != nil {
			o.t.Error("it is still in the lists")
		}
	}
	return byID
}

func TestWithdraw_OfALiveRelease_LeavesANoticeWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Fel siffror")
		o.pass(time.Hour)
		after := must[releases.Release](t)(o.desk.Withdraw(t.Context(), approver, r.ID, withdrawal("Siffrorna stämmer inte.")))
		if after.State != releases.StateWithdrawn || after.Withdrawal.Reason != "Siffrorna stämmer inte." || !after.Withdrawal.At.Equal(o.now()) {
			t.Errorf("got %s, %+v", after.State, after.Withdrawal)
		}
		n := o.notice(r)
		if n == nil || n.Headline != "Fel siffror" || n.Reason != "Siffrorna stämmer inte." || n.InError || !n.At.Equal(o.now()) || !n.LiftAt.Equal(r.LiftAt) {
			t.Fatalf("the world is told %+v", n)
		}
		for _, try := range []func() error{
			func() error { _, err := o.desk.Edit(t.Context(), writer, r.ID, 1, draft("Ändrad")); return err },
			func() error { _, err := o.desk.Publish(t.Context(), approver, r.ID); return err },
			func() error {
				_, err := o.desk.Withdraw(t.Context(), approver, r.ID, withdrawal("Igen"))
				return err
			},
		} {
			wantConflict(t, try(), "conflict.withdrawn")
		}
	})
}

func TestWithdraw_OfOnePublishedInError_LeavesNothingThatItSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.live("Hemlig sammanslagning")
		must[releases.Release](t)(o.desk.Withdraw(t.Context(), approver, r.ID, releases.WithdrawInput{Reason: "Publicerat av misstag.", InError: true}))
		if n := o.notice(r); n == nil || n.Headline != "" || !n.InError {
			t.Fatalf("the world is told %+v", n)
		}
		// The office keeps what it wrote.
		if v := must[releases.Version](t)(o.desk.Version(t.Context(), r.ID, 1)); v.Text.Headline != "Hemlig sammanslagning" {
			t.Errorf("the desk has %q", v.Text.Headline)
		}
	})
}

func TestSituation_Cancelled_BeforeItsLift_TheWorldNeverHearsOfIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Ställs in", time.Hour)
		must[releases.Release](t)(o.desk.Withdraw(t.Context(), approver, r.ID, releases.WithdrawInput{Reason: "Ställs in.", InError: true}))
		o.state(r.ID, releases.StateWithdrawn)
		for _, at := range []time.Duration{0, time.Hour, 24 * time.Hour} {
			o.set(r.LiftAt.Add(at - time.Minute))
			if o.seen(o.now(), r) || o.notice(r) != nil {
				t.Errorf("it is told of %v after its lift", at)
			}
		}
	})
}

func TestWithdraw_OfADraft_IsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		for _, r := range []releases.Release{o.create("Utkast"), o.approved("Godkänd")} {
			_, err := o.desk.Withdraw(t.Context(), approver, r.ID, withdrawal("Nej"))
			wantConflict(t, err, "conflict.not_out")
		}
		_, err := o.desk.Withdraw(t.Context(), approver, o.live("Ute").ID, withdrawal(" "))
		wantFaults(t, err, "reason", "fault.required")
	})
}

func TestWithdraw_WithAReplacement_PublishesItInTheSameInstant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		wrong, right, draft := o.live("Fel"), o.scheduled("Rätt", time.Hour), o.create("Utkast")
		for _, unfit := range []string{draft.ID, wrong.ID, "nothing"} {
			_, err := o.desk.Withdraw(t.Context(), approver, wrong.ID, releases.WithdrawInput{Reason: "Fel", Replacement: unfit})
			wantFaults(t, err, "replacement", "fault.replacement")
			o.state(wrong.ID, releases.StateLive)
		}
		o.pass(time.Minute)
		must[releases.Release](t)(o.desk.Withdraw(t.Context(), approver, wrong.ID, releases.WithdrawInput{Reason: "Fel", Replacement: right.ID}))
		n := o.notice(wrong)
		if n == nil || n.Replacement == nil || n.Replacement.ID != right.ID || !n.Replacement.LiftAt.Equal(n.At) {
			t.Fatalf("the notice leads to %+v", n)
		}
		if !o.seen(o.now(), right) || o.seen(o.now().Add(-time.Millisecond), right) {
			t.Error("its replacement isn't live from that instant")
		}
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestWithdraw_OfTwoInPlaceOfEachOther_EndsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		a, b := o.live("En"), o.live("En till")
		done := make(chan error, 2)
		for _, pair := range [][2]releases.Release{{a, b}, {b, a}} {
			go func() {
				_, err := o.desk.Withdraw(t.Context(), approver, pair[0].ID, releases.WithdrawInput{Reason: "Dubblett", Replacement: pair[1].ID})
				done <- err
			}()
		}
		if first, second := <-done, <-done; (first == nil) == (second == nil) {
			t.Errorf("%v and %v; want one to be refused", first, second)
		}
	})
}
