package releases_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// passes gives those of the office.
func (o *office) passes() *releases.Passes {
	return releases.NewPasses(o.desk, []byte("a secret of the tests"))
}

func (o *office) give(r releases.Release, expires string) (pass releases.Pass, token string) {
	o.t.Helper()
	pass = must[releases.Pass](o.t)(o.passes().Give(o.t.Context(), approver, r.ID, releases.PassInput{
		Name: "Pia Lund", Outlet: "Falu Kuriren", Email: "pia@example.com", ExpiresAt: expires,
	}))
	letter := must[releases.PassLetter](o.t)(o.passes().Letter(o.t.Context(), pass.ID))
	return pass, letter.Token
}

// opens says whether a token opens a release, and whether that is live by now.
func (o *office) opens(token string) (opens, lifted bool) {
	o.t.Helper()
	opened, err := o.passes().Open(o.t.Context(), token)
	if err != nil && !errors.Is(err, releases.ErrNotFound) {
		o.t.Fatal(err)
	}
	return err == nil, opened.Lifted
}

// news is what holders have still to be told, in order; it counts as told.
func (o *office) news() (kinds []string) {
	o.t.Helper()
	for _, n := range must[[]releases.PassNews](o.t)(o.passes().News(o.t.Context())) {
		tx := must[*sql.Tx](o.t)(o.db.Begin())
		if told, err := o.passes().Told(o.t.Context(), tx, n.ID); err != nil || !told || tx.Commit() != nil {
			o.t.Fatalf("told %v, %v", told, err)
		}
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

func (o *office) wantNews(want ...string) {
	o.t.Helper()
	got := o.news()
	if len(got) != len(want) {
		o.t.Fatalf("holders are told %v; want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			o.t.Errorf("holders are told %v; want %v", got, want)
		}
	}
}

func TestPass_OpensTheApprovedVersion_UntilRevokedExpiredOrLifted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Hemligt", 2*time.Hour)
		pass, token := o.give(r, "")
		_, brief := o.give(r, o.now().Add(time.Hour).Format(time.RFC3339))
		must[releases.Saved](t)(o.desk.Edit(t.Context(), writer, r.ID, r.Version, draft("Inte godkänt")))
		opened := must[releases.Opened](t)(o.passes().Open(t.Context(), token))
		if opened.Live.Text.Headline != "Hemligt" || opened.Name != "Pia Lund" || opened.Lifted || !opened.Live.LiftAt.Equal(r.LiftAt) {
			t.Errorf("it opens %+v", opened)
		}
		for _, wrong := range []string{"", "x", pass.ID, token + "a", token[1:], o.passes().Acceptance(pass.ID)} {
			if opens, _ := o.opens(wrong); opens {
				t.Errorf("%q opens it too", wrong)
			}
		}
		o.pass(time.Hour)
		if opens, _ := o.opens(brief); opens {
			t.Error("an expired pass opens it")
		}
		o.set(r.LiftAt)
		if opens, lifted := o.opens(token); !opens || !lifted {
			t.Errorf("at the lift: opens %v, lifted %v", opens, lifted)
		}
		if err := o.passes().Revoke(t.Context(), approver, r.ID, pass.ID); err != nil {
			t.Fatal(err)
		}
		if opens, _ := o.opens(token); opens {
			t.Error("a revoked pass opens it")
		}
		if err := o.passes().Revoke(t.Context(), approver, r.ID, pass.ID); !errors.Is(err, releases.ErrNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
	})
}

func TestPass_WithoutALiftToWaitFor_OpensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		approved := o.approved("Utan tid")
		input := releases.PassInput{Name: "Pia", Outlet: "Kuriren", Email: "pia@example.com"}
		_, err := o.passes().Give(t.Context(), approver, approved.ID, input)
		wantConflict(t, err, "conflict.pass_unscheduled")
		_, err = o.passes().Give(t.Context(), approver, o.live("Ute").ID, input)
		wantConflict(t, err, "conflict.pass_live")
		r := o.scheduled("Tas tillbaka", time.Hour)
		_, err = o.passes().Give(t.Context(), approver, r.ID, releases.PassInput{Email: "nobody", ExpiresAt: "2016-01-01T00:00"})
		wantFaults(t, err, "name", "fault.required", "outlet", "fault.required", "email", "fault.email", "expires_at", "fault.expires_past")
		_, token := o.give(r, "")
		must[releases.Release](t)(o.desk.Unschedule(t.Context(), approver, r.ID))
		if opens, _ := o.opens(token); opens {
			t.Error("it opens a release whose lift was cleared")
		}
	})
}

func TestPass_HoldersAreTold_OfEachChangeOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		ctx := t.Context()
		r := o.scheduled("Flyttas", time.Hour)
		revoked, _ := o.give(r, "")
		o.give(r, "")
		o.wantNews(releases.NewsGiven, releases.NewsGiven)
		if err := o.passes().Revoke(ctx, approver, r.ID, revoked.ID); err != nil {
			t.Fatal(err)
		}
		must[releases.Release](t)(o.desk.Schedule(ctx, approver, r.ID, o.lift(2*time.Hour), false))
		o.wantNews(releases.NewsMoved)
		must[releases.Saved](t)(o.desk.Edit(ctx, writer, r.ID, r.Version, draft("Ny rubrik")))
		must[releases.Release](t)(o.desk.Approve(ctx, approver, r.ID, r.Version+1, ""))
		o.wantNews()
		must[releases.Release](t)(o.desk.Unschedule(ctx, approver, r.ID))
		o.wantNews(releases.NewsCleared)
		must[releases.Release](t)(o.desk.Schedule(ctx, approver, r.ID, o.lift(3*time.Hour), false))
		o.wantNews(releases.NewsMoved)
		_, err := o.desk.Schedule(ctx, approver, r.ID, o.lift(-time.Hour), false)
		wantFaults(t, err, "lift_at", "fault.lift_past")
		o.wantNews()
		must[releases.Release](t)(o.desk.Publish(ctx, approver, r.ID))
		o.wantNews(releases.NewsLifted)
	})
}

func TestSituation_EmbargoBrokenWithPassesOut_LiftsForEveryone_AndTellsTheHolders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Läckt", time.Hour)
		_, token := o.give(r, "")
		o.wantNews(releases.NewsGiven)
		_, err := o.desk.BreakEmbargo(t.Context(), approver, r.ID, "  ")
		wantFaults(t, err, "reason", "fault.required")
		if o.seen(o.now(), r) {
			t.Fatal("it is out without a reason")
		}
		r = must[releases.Release](t)(o.desk.BreakEmbargo(t.Context(), approver, r.ID, "Stod på en webbplats 14.10"))
		if !o.seen(o.now(), r) || r.State != releases.StateLive || r.Backdated {
			t.Errorf("it is %s", r.State)
		}
		if opens, lifted := o.opens(token); !opens || !lifted {
			t.Error("the pass does not lead to the public page")
		}
		o.wantNews(releases.NewsBroken)
		var detail string
		err = db.QueryRow(`SELECT detail FROM history WHERE subject = $1 AND action = 'release.embargo_broken' AND actor_id = 'approver'`, r.ID).Scan(&detail)
		if err != nil || detail == "" {
			t.Errorf("history: %q, %v", detail, err)
		}
		_, err = o.desk.BreakEmbargo(t.Context(), approver, r.ID, "igen")
		wantConflict(t, err, "conflict.live")
		draft := o.create("Utkast")
		_, err = o.desk.BreakEmbargo(t.Context(), approver, draft.ID, "varför inte")
		wantConflict(t, err, "conflict.not_approved")
	})
}

func TestPassLog_IsComplete_AndNamesNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.scheduled("Läses", time.Hour)
		pass, token := o.give(r, "")
		opened := must[releases.Opened](t)(o.passes().Open(t.Context(), token))
		p := o.passes()
		for _, step := range []error{
			p.Log(t.Context(), opened, "192.0.2.7", releases.OpenedTerms), p.Accept(t.Context(), opened, "192.0.2.8"),
			p.Log(t.Context(), opened, "192.0.2.8", releases.OpenedText), p.Log(t.Context(), opened, "192.0.2.9", "fileid"),
		} {
			if step != nil {
				t.Fatal(step)
			}
		}
		log := must[[]releases.Opening](t)(p.Openings(t.Context(), pass.ID))
		for i, want := range []releases.Opening{{From: "192.0.2.7", What: "terms"}, {From: "192.0.2.8", What: "accept"}, {From: "192.0.2.8", What: "text"}, {From: "192.0.2.9", What: "fileid"}} {
			if i >= len(log) || log[i].From != want.From || log[i].What != want.What || !log[i].At.Equal(o.now()) {
				t.Fatalf("the log is %+v", log)
			}
		}
		if stands := must[releases.Pass](t)(p.Pass(t.Context(), r.ID, pass.ID)); !stands.AcceptedAt.Equal(o.now()) {
			t.Errorf("accepted at %v", stands.AcceptedAt)
		}
		var named int
		if err := db.QueryRow(`SELECT COUNT(*) FROM history WHERE detail LIKE '%Pia%' OR actor LIKE '%Pia%' OR detail LIKE '%` + token + `%'`).Scan(&named); err != nil || named != 0 {
			t.Errorf("%d rows of the history name the holder, %v", named, err)
		}
	})
}
