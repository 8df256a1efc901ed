package desk

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dateline/server/auth"
)

// schedule approves a release and sets its lift.
func (p *person) schedule(release string) {
	p.t.Helper()
	page := p.get(release)
	p.done(release+"/approve", url.Values{"version": {page.hidden(p.t, "version")}})
	p.done(release+"/schedule", url.Values{"date": {"2016-10-20"}, "time": {"06:00"}, "zone": {"Europe/Stockholm"}})
}

func TestPasses_AreGivenWatchedAndRevokedOnTheDesk(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "anna", auth.Approver)
	release := approver.write("Under embargo")
	approver.get(release+"/passes").says(t, "Nobody has a pass yet.", "once the time is set")
	approver.schedule(release)
	wrong := approver.post(release+"/passes", url.Values{"name": {"Pia Lund"}, "email": {"nobody"}})
	if wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("without an outlet: %d", wrong.status)
	}
	wrong.says(t, `value="Pia Lund"`, `href="#pass-outlet"`, `href="#pass-email"`)
	typed := url.Values{"name": {"Pia <Lund>"}, "outlet": {"Falu Kuriren"}, "email": {"pia@example.com"}, "expires_at": {"2016-10-19T12:00"}}
	page := approver.done(release+"/passes", typed)
	page.says(t, "is on its way to pia@example.com", "Pia <Lund>", "Terms not accepted yet", "19 Oct 2016 12:00 CEST")
	revoke := regexp.MustCompile(`action="(/desk/releases/[^"]+/revoke)"`).FindStringSubmatch(page.body)
	if revoke == nil {
		t.Fatal("no way to revoke it")
	}
	approver.done(revoke[1], url.Values{}).says(t, "The pass is revoked.", "Revoked")
	if a := approver.post(revoke[1], url.Values{}); a.status != http.StatusNotFound {
		t.Errorf("revoked twice: %d", a.status)
	}
}

func TestEmbargoBroken_IsOneButton_WithAReason(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "anna", auth.Approver)
	release := approver.write("Läckt")
	approver.schedule(release)
	if a := approver.post(release+"/embargo-broken", url.Values{}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#break-reason"`) {
		t.Errorf("without a reason: %d", a.status)
	}
	approver.done(release+"/embargo-broken", url.Values{"reason": {"Stod på en webbplats"}}).says(t, "published for everyone")
}

func TestAdvanceCopy_IsMailedToThoseWhoHaveAccepted(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "anna", auth.Approver)
	at := approver.write("Under embargo")
	approver.schedule(at)
	approver.done(at+"/passes", url.Values{"name": {"Pia"}, "outlet": {"Falu Kuriren"}, "email": {"pia@example.com"}}).says(t, "0 people have accepted.", "disabled")
	if a := approver.post(at+"/advance-copy", nil); a.status != http.StatusConflict || !strings.Contains(a.body, "nobody to send it to") {
		t.Errorf("where nobody has accepted: %d", a.status)
	}
	list, err := o.deps.Passes.Of(t.Context(), id(at))
	if err != nil {
		t.Fatal(err)
	}
	letter, err := o.deps.Passes.Letter(t.Context(), list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := o.deps.Passes.Open(t.Context(), letter.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.deps.Passes.Accept(t.Context(), opened, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	approver.get(at+"/passes").says(t, "1 person has accepted.")
	approver.done(at+"/advance-copy", nil).says(t, "on its way to 1 person", "Version 1, 17 Oct 2016")
	approver.get("/desk/dispatches?newsroom="+n.ID).says(t, "Advance copy")
	approver.get(at).says(t, "Advance copy: ")
}
