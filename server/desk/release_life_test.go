package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/auth"
)

func id(at string) string { return strings.TrimPrefix(at, "/desk/releases/") }

// twoApprove makes a newsroom that asks for two people.
func twoApprove(t *testing.T, o *office) {
	t.Helper()
	_, err := o.deps.Releases.CreateNewsroom(t.Context(), history.System, releases.NewsroomInput{
		Slug: "dalarna", Name: "Dalarna", Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "press@dalarna.example", Approvals: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestApprove_WhereTwoAreAskedFor_IsNotOfferedToWhoeverWroteOrSubmitted(t *testing.T) {
	o := newOffice(t, "http://localhost")
	twoApprove(t, o)
	author, submitter, other := o.officer(t, "anna", auth.Approver), o.officer(t, "bo", auth.Approver), o.officer(t, "eva", auth.Approver)
	at := author.write("Gruvan öppnar")
	submitter.done(at+"/submit", nil)
	const button = `action="/desk/releases/`
	for name, p := range map[string]*person{"author": author, "submitter": submitter} {
		if strings.Contains(p.get(at).body, at+"/approve") {
			t.Errorf("the %s is offered to approve", name)
		}
		if a := p.post(at+"/approve", url.Values{"version": {"1"}}); a.status != http.StatusConflict {
			t.Errorf("the %s approves: %d", name, a.status)
		}
	}
	other.get(at).says(t, button+id(at)+"/approve", "Approve version 1")
	other.done(at+"/approve", url.Values{"version": {"1"}})
}

func TestForcedApproval_StaysMarkedUntilAnotherReviewsIt(t *testing.T) {
	o := newOffice(t, "http://localhost")
	twoApprove(t, o)
	admin, approver, writer := o.officer(t, "anna", auth.Admin), o.officer(t, "bo", auth.Approver), o.officer(t, "eva", auth.Writer)
	at := admin.write("Gruvan öppnar")
	form := admin.get(at)
	form.says(t, "Approve version 1 alone")
	if strings.Contains(approver.get(at).body, "force-approval") {
		t.Error("an approver is offered to force it")
	}
	refused := admin.post(at+"/force-approval", url.Values{"version": {"1"}, "hash": {form.hidden(t, "hash")}, "reason": {" "}})
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", refused.status)
	}
	refused.says(t, `href="#force-reason"`)

	admin.done(at+"/force-approval", url.Values{"version": {"1"}, "hash": {form.hidden(t, "hash")}, "reason": {"Ingen annan är vaken."}}).
		says(t, "was approved by anna@example.se alone", "Ingen annan är vaken.", "Approved")
	if own := admin.post(at+"/review", url.Values{"version": {"1"}}); own.status != http.StatusConflict {
		t.Errorf("who forced it reviews it: %d", own.status)
	}
	writer.get(at).says(t, "Ingen annan är vaken.")
	if strings.Contains(writer.get(at).body, at+"/review") {
		t.Error("a writer is offered to review")
	}
	reviewed := approver.done(at+"/review", url.Values{"version": {"1"}})
	reviewed.says(t, "The approval is reviewed.")
	if strings.Contains(reviewed.body, `id="forced"`) {
		t.Error("it is still marked")
	}
}

func TestComments_AreReadByThoseInsideAndKeepWhatWasTyped(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	anna, bo := o.officer(t, "anna", auth.Writer), o.officer(t, "bo", auth.Writer)
	at := anna.write("Gruvan öppnar")
	anna.done(at+"/comments", url.Values{"text": {"Är datumet rätt?"}}).says(t, "Your comment is there.", "Är datumet rätt?", "Comments (1)")
	bo.get(at).says(t, "Är datumet rätt?", "anna@example.se")
	long := strings.Repeat("x", 3000)
	refused := bo.post(at+"/comments", url.Values{"text": {long}})
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("too long: %d", refused.status)
	}
	refused.says(t, `href="#comment-text"`, long+"</textarea>")
}

func TestDelete_PutsADraftAwayAndBringsItBack(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := writer.write("Gruvan öppnar")
	writer.done(at+"/delete", nil).says(t, "“Gruvan öppnar” is deleted.", "Bring it back")
	if a := writer.get(at); a.status != http.StatusNotFound {
		t.Errorf("its page: %d", a.status)
	}
	if strings.Contains(writer.get("/desk").body, "Gruvan öppnar") {
		t.Error("it is still in the list of all")
	}
	writer.done(at+"/undelete", nil).says(t, "It is a draft again.", "Gruvan öppnar</textarea>")
	if again := writer.post(at+"/undelete", nil); again.status != http.StatusConflict {
		t.Errorf("bringing back what is there: %d", again.status)
	}
}

func TestDelete_OfWhatIsScheduledOrLive_IsRefused(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := live(t, o, approver)
	if strings.Contains(approver.get(at).body, at+"/delete") {
		t.Error("deleting a live release is offered")
	}
	if a := approver.post(at+"/delete", nil); a.status != http.StatusConflict {
		t.Errorf("deleting a live release: %d", a.status)
	}
}

func TestCancel_OfAScheduledRelease_AsksForTheReasonAndIsListed(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver, writer := o.officer(t, "bo", auth.Approver), o.officer(t, "anna", auth.Writer)
	at := approved(t, approver)
	approver.done(at+"/schedule", url.Values{"date": {"2016-10-19"}, "time": {"09:00"}, "zone": {"Europe/Stockholm"}})
	if strings.Contains(writer.get(at).body, at+"/withdraw") {
		t.Error("a writer is offered to cancel")
	}
	form := approver.get(at)
	form.says(t, "Cancel this release", "Why it is canceled")
	if strings.Contains(form.body, "in_error") {
		t.Error("what was never published is asked whether it was published in error")
	}
	refused := approver.post(at+"/withdraw", url.Values{"reason": {" "}})
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", refused.status)
	}
	refused.says(t, `href="#withdraw-reason"`)
	approver.done(at+"/withdraw", url.Values{"reason": {"Affären blev inte av."}}).says(t, "The release is canceled.", "Canceled. Nothing of it has been published. Reason: Affären blev inte av.")
	if page := approver.get(at); strings.Contains(page.body, "data-preview") || strings.Contains(page.body, at+"/files") || !strings.Contains(page.body, "disabled") {
		t.Errorf("what can't be changed any more is offered to be:\n%s", shorten(page.body))
	}
	if list := approver.get("/desk"); strings.Contains(list.body, "<strong>in ") || !strings.Contains(list.body, "</span> Canceled</span>") {
		t.Errorf("the list counts down to a lift that is canceled:\n%s", shorten(list.body))
	}
	approver.get("/desk?state=withdrawn").says(t, `href="`+at+`"`)
}

func TestWithdraw_WithAReplacement_PublishesItInItsPlace(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	o.newsroom(t, "vaermland")
	approver := o.officer(t, "bo", auth.Approver)
	at := live(t, o, approver)
	instead := approved(t, approver)
	approver.get(at).says(t, "Replaced by", `<option value="`+id(instead)+`">`)
	unfit := approver.post(at+"/withdraw", url.Values{"reason": {"Fel text."}, "replacement": {id(at)}})
	if unfit.status != http.StatusUnprocessableEntity {
		t.Errorf("replaced by itself: %d", unfit.status)
	}
	unfit.says(t, `href="#withdraw-replacement"`, "Fel text.</textarea>")

	approver.done(at+"/withdraw", url.Values{"reason": {"Fel text."}, "replacement": {id(instead)}}).says(t, "The release is withdrawn.")
	r, err := o.deps.Releases.Release(t.Context(), id(instead))
	if err != nil || r.State != releases.StateLive {
		t.Errorf("the replacement is %s, %v", r.State, err)
	}
	old, err := o.deps.Releases.Release(t.Context(), id(at))
	if err != nil || old.Withdrawal.ReplacedBy != id(instead) {
		t.Errorf("replaced by %q, %v", old.Withdrawal.ReplacedBy, err)
	}
}
