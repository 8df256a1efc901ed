package releases_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestEmbargo_LiftsAtItsMillisecond_NotBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Satsning startar", time.Hour)
		for _, in := range []time.Duration{-time.Hour, -time.Millisecond, -time.Nanosecond} {
			if o.seen(r.LiftAt.Add(in), r) {
				t.Errorf("seen %v before its lift", -in)
			}
		}
		if !o.seen(r.LiftAt, r) || !o.seen(r.LiftAt.Add(time.Hour), r) {
			t.Error("not seen at its lift and after")
		}
		o.set(r.LiftAt.Add(-time.Nanosecond))
		o.state(r.ID, releases.StateScheduled)
		o.set(r.LiftAt)
		o.state(r.ID, releases.StateLive)
	})
}

func TestEmbargo_NothingShowsBeforeApprovalAndSchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		far := o.now().AddDate(1, 0, 0)
		if r := o.create("Utkast"); o.seen(far, r) {
			t.Error("a draft is seen")
		}
		r := o.create("Inskickad")
		must[releases.Release](t)(o.desk.Submit(t.Context(), writer, r.ID))
		if o.seen(far, r) {
			t.Error("a submitted release is seen")
		}
		if r := o.approved("Godkänd"); o.seen(far, r) {
			t.Error("an approved release without a lift is seen")
		}
	})
}

func TestLift_MovedOrCleared_NeverMakesItLive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Flyttas", time.Hour)
		first := r.LiftAt

		later := must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, o.lift(2*time.Hour), false))
		if o.seen(first, r) || !o.seen(later.LiftAt, r) {
			t.Error("a lift moved later does not hold")
		}
		sooner := must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, o.lift(time.Minute), false))
		if o.seen(sooner.LiftAt.Add(-time.Millisecond), r) || !o.seen(sooner.LiftAt, r) {
			t.Error("a lift moved sooner does not hold")
		}
		cleared := must[releases.Release](t)(o.desk.Unschedule(t.Context(), writer, r.ID))
		if cleared.State != releases.StateApproved || !cleared.LiftAt.IsZero() || cleared.LiftLocal != "" {
			t.Errorf("cleared is %s at %v", cleared.State, cleared.LiftAt)
		}
		if o.seen(o.now().AddDate(1, 0, 0), r) {
			t.Error("a cleared lift made it live")
		}
		_, err := o.desk.Unschedule(t.Context(), writer, r.ID)
		wantConflict(t, err, "conflict.not_scheduled")
	})
}

func TestLift_OncePassed_CannotBeMovedOrCleared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Ute", time.Hour)
		o.set(r.LiftAt)
		_, err := o.desk.Unschedule(t.Context(), writer, r.ID)
		wantConflict(t, err, "conflict.live")
		_, err = o.desk.Schedule(t.Context(), writer, r.ID, o.lift(time.Hour), false)
		wantConflict(t, err, "conflict.live")
		_, err = o.desk.Publish(t.Context(), writer, r.ID)
		if conflict := wantConflict(t, err, "conflict.live"); conflict.Current.State != releases.StateLive {
			t.Errorf("the conflict shows it as %s", conflict.Current.State)
		}
		if !o.seen(o.now(), r) {
			t.Error("it is no longer seen")
		}
	})
}

// The clock passes the lift between the moment the desk looks and the moment it is done.
func TestLift_PassingDuringAChange_IsNotUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Precis nu", time.Second)
		looks := 0
		slow := releases.NewDesk(db, keys, func() time.Time {
			looks++
			return o.now().Add(time.Duration(looks-1) * 2 * time.Second)
		})
		_, err := slow.Unschedule(t.Context(), writer, r.ID)
		wantConflict(t, err, "conflict.live")
		if !o.seen(r.LiftAt, r) {
			t.Error("the lift was undone")
		}
	})
}

func TestSchedule_InThePast_IsRefusedUnlessBackdated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Arkiv")
		_, err := o.desk.Schedule(t.Context(), writer, r.ID, o.lift(0), false)
		wantFaults(t, err, "lift_at", "fault.lift_past")
		_, err = o.desk.Schedule(t.Context(), writer, r.ID, o.lift(time.Hour), true)
		wantFaults(t, err, "lift_at", "fault.backdated_future")
		o.state(r.ID, releases.StateApproved)

		old := must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, o.lift(-24*time.Hour), true))
		if old.State != releases.StateLive || !old.Backdated {
			t.Errorf("a backdated release is %s", old.State)
		}
		l := must[releases.Live](t)(o.public.ByID(t.Context(), o.now(), r.ID))
		if !l.Backdated || !l.UpdatedAt.Equal(l.LiftAt) {
			t.Errorf("backdated %v, updated %v, lifted %v", l.Backdated, l.UpdatedAt, l.LiftAt)
		}
	})
}

func TestSchedule_OfAScheduledRelease_NeverMakesItLive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Satt", time.Hour)
		_, err := o.desk.Schedule(t.Context(), writer, r.ID, o.lift(-time.Hour), true)
		wantConflict(t, err, "conflict.scheduled_backdated")
		if kept := o.state(r.ID, releases.StateScheduled); !kept.LiftAt.Equal(r.LiftAt) || o.seen(o.now(), r) {
			t.Errorf("its lift is %v", kept.LiftAt)
		}
	})
}

func TestSchedule_KeepsLocalTimeZoneAndInstant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.approved("Tider")
		lift := must[releases.Lift](t)(releases.ParseLift("2016-10-18T06:00", "America/New_York"))
		r = must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, lift, false))
		if r.LiftLocal != "2016-10-18T06:00" || r.Zone != "America/New_York" || !r.LiftAt.Equal(time.Date(2016, 10, 18, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("kept %s %s %v", r.LiftLocal, r.Zone, r.LiftAt)
		}
		// An offset alone says nothing of a zone: the newsroom's shows it.
		lift = must[releases.Lift](t)(releases.ParseLift("2016-10-18T06:30:00+00:00", ""))
		r = must[releases.Release](t)(o.desk.Schedule(t.Context(), writer, r.ID, lift, false))
		if r.LiftLocal != "2016-10-18T08:30" || r.Zone != "Europe/Stockholm" {
			t.Errorf("kept %s %s", r.LiftLocal, r.Zone)
		}
	})
}

func TestPublish_LiftsNow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		scheduled := o.scheduled("Redan satt", time.Hour)
		for _, id := range []string{o.approved("Genast").ID, scheduled.ID} {
			r := must[releases.Release](t)(o.desk.Publish(t.Context(), writer, id))
			if r.State != releases.StateLive || !r.LiftAt.Equal(o.now()) || r.Backdated || r.LiftLocal != "2016-10-17T14:00" {
				t.Errorf("published is %s at %v, %s", r.State, r.LiftAt, r.LiftLocal)
			}
			if !o.seen(o.now(), r) || o.seen(o.now().Add(-time.Millisecond), r) {
				t.Error("it is not seen from now on")
			}
		}
		_, err := o.desk.Publish(t.Context(), writer, o.create("Utkast").ID)
		wantConflict(t, err, "conflict.not_approved")
	})
}

func TestNextLift_IsTheEarliestToCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		next := func() time.Time { return must[time.Time](t)(o.public.NextLift(t.Context(), o.now())) }
		if !next().IsZero() {
			t.Errorf("nothing is scheduled, yet %v", next())
		}
		o.live("Ute")
		o.scheduled("Sedan", 2*time.Hour)
		first := o.scheduled("Snart", time.Hour)
		if !next().Equal(first.LiftAt) {
			t.Errorf("next is %v; want %v", next(), first.LiftAt)
		}
		o.set(first.LiftAt)
		if next().Equal(first.LiftAt) {
			t.Error("a lift that has come is still to come")
		}
	})
}

func TestPublic_TakesAnyAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		for _, address := range []string{"", "\x00", "\xff", "a/b", "' OR 1=1 --", "nothing-here"} {
			_, first := o.public.Release(t.Context(), o.now(), "dalarna", address)
			_, second := o.public.Release(t.Context(), o.now(), address, "x")
			_, third := o.public.ByID(t.Context(), o.now(), address)
			_, fourth := o.public.Newsroom(t.Context(), address)
			_, fifth := o.desk.Release(t.Context(), address)
			_, sixth := o.desk.Versions(t.Context(), address)
			_, seventh := o.desk.Publish(t.Context(), writer, address)
			for i, err := range []error{first, second, third, fourth, fifth, sixth, seventh} {
				if !errors.Is(err, releases.ErrNotFound) {
					t.Errorf("%q, call %d: %v; want not found", address, i, err)
				}
			}
			if list, err := o.public.List(t.Context(), o.now(), releases.Filter{Topic: address, Kind: releases.Kind(address)}); len(list) > 0 || err != nil {
				t.Errorf("list of %q: %v, %v", address, list, err)
			}
		}
		_, err := o.public.List(t.Context(), o.now(), releases.Filter{After: "nowhere"})
		wantFaults(t, err, "cursor", "fault.cursor")
	})
}
