package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/auth"
)

// live makes a release that the world sees.
func live(t *testing.T, o *office, approver *person) (at string) {
	t.Helper()
	at = approved(t, approver)
	approver.done(at+"/publish", nil)
	o.at = o.at.Add(time.Second)
	return at
}

func TestWithdraw_TellsWhomItReachesAndKeepsWhatWasTyped(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver, writer := o.officer(t, "bo", auth.Approver), o.officer(t, "anna", auth.Writer)
	at := live(t, o, approver)
	o.dispatch(t, n.ID, strings.TrimPrefix(at, "/desk/releases/")) // one sent and one in doubt
	approver.get(at).says(t, "2 people who have been mailed it are told", "Withdraw this release")
	if strings.Contains(writer.get(at).body, "/withdraw") {
		t.Error("a writer is offered to withdraw")
	}

	refused := approver.post(at+"/withdraw", url.Values{"reason": {" "}, "in_error": {"yes"}})
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", refused.status)
	}
	refused.says(t, `href="#withdraw-reason"`, `name="in_error" value="yes" checked`)

	woken := o.engine.woken
	approver.done(at+"/withdraw", url.Values{"reason": {"Fel belopp."}, "in_error": {"yes"}}).says(t, "The release is withdrawn.", "Withdrawn")
	r, err := o.deps.Releases.Release(t.Context(), strings.TrimPrefix(at, "/desk/releases/"))
	if err != nil || r.State != releases.StateWithdrawn || r.Withdrawal.Reason != "Fel belopp." || !r.Withdrawal.InError {
		t.Errorf("withdrawn as %+v, %v", r.Withdrawal, err)
	}
	if o.engine.woken == woken {
		t.Error("the engine was not told")
	}
}

func TestCorrect_PublishesTheTextWithItsNote(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := live(t, o, approver)
	approver.get(at).says(t, `name="mail" value="yes" checked`)

	typed := text("Rätt rubrik")
	typed.Set("version", "1")
	refused := approver.post(at+"/correct", typed)
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("without a note: %d", refused.status)
	}
	refused.says(t, `href="#release-note"`, "Rätt rubrik</textarea>")
	if strings.Contains(refused.body, `name="mail" value="yes" checked`) {
		t.Error("mail that was not asked for is chosen again")
	}

	typed.Set("note", "Rubriken var fel.")
	approver.done(at+"/correct", typed).says(t, "The correction is published.", "Rätt rubrik")
	list, err := o.deps.Releases.Corrections(t.Context(), strings.TrimPrefix(at, "/desk/releases/"))
	if err != nil || len(list) != 1 || list[0].Note != "Rubriken var fel." || list[0].Mail || list[0].At.IsZero() {
		t.Errorf("corrections %+v, %v", list, err)
	}
}

func TestCorrect_ByAWriter_WaitsForApproval(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver, writer := o.officer(t, "bo", auth.Approver), o.officer(t, "anna", auth.Writer)
	at := live(t, o, approver)
	typed := text("Rätt rubrik")
	typed.Set("version", "1")
	typed.Set("note", "Rubriken var fel.")
	typed.Set("mail", "yes")
	writer.done(at+"/correct", typed).says(t, "It is published when the version is approved.", "Version 2 is not approved")

	typed.Set("headline", "En tredje rubrik")
	late := writer.post(at+"/correct", typed) // of version 1, as somebody else has it open
	if late.status != http.StatusConflict {
		t.Errorf("a correction of a text that has changed: %d", late.status)
	}
	late.says(t, "Somebody else has saved", "<mark>En tredje</mark> rubrik", "<mark>Rätt</mark> rubrik", "Rubriken var fel.")
}

func TestPlaceholders_StopTheLiftUntilTheyAreWavedThrough(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	typed := text("Priset är XXX kronor")
	at := approver.post("/desk/releases", typed).header.Get("Location")
	page := approver.get(at)
	page.says(t, "Version 1 does not look finished", `name="placeholders" value="XXX"`)
	if a := approver.post(at+"/wave-through", url.Values{"version": {"1"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#wave-placeholders"`) {
		t.Errorf("nothing chosen: %d", a.status)
	}
	waved := approver.done(at+"/wave-through", url.Values{"version": {"1"}, "placeholders": {"XXX"}})
	waved.says(t, "What you chose may stand as it is.")
	if strings.Contains(waved.body, "does not look finished") {
		t.Error("what was waved through is asked about again")
	}
}

func TestSchedule_AtNight_WarnsAndTellsTheTimeElsewhere(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approved(t, approver)
	approver.done(at+"/schedule", url.Values{"date": {"2016-10-22"}, "time": {"02:30"}, "zone": {"Europe/Stockholm"}}).says(t,
		"It lifts at night", "It lifts on a weekend", "Saturday 22 October 2016 02:30 CEST", "00:30 UTC", "01:30 BST", "Friday 21 October 2016 20:30 EDT", "09:30 JST")
}
