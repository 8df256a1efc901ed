package desk

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/server/auth"
	"dateline/subscribers"
)

func TestRelease_GoesFromWrittenToScheduledAndBack(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer, approver := o.officer(t, "anna", auth.Writer), o.officer(t, "bo", auth.Approver)

	at := writer.write("Nya bussar i Falun")
	writer.get(at).says(t, "Version 1 is saved.", "Draft", "Nobody outside the desk", "Nya bussar i Falun")
	writer.done(at+"/submit", nil).says(t, "Submitted", "waits for approval", "anna@example.se")

	page := approver.get(at)
	page.says(t, "Approve version 1")
	approver.done(at+"/approve", url.Values{"version": {page.hidden(t, "version")}, "hash": {page.hidden(t, "hash")}}).says(t, "is approved by bo@example.se")

	woken := o.engine.woken
	scheduled := approver.done(at+"/schedule", url.Values{"date": {"2016-10-18"}, "time": {"06:00"}, "zone": {"Europe/Stockholm"}})
	scheduled.says(t, "Scheduled", "18 October 2016", "06:00 CEST", "04:00 UTC", "0 people will be mailed")
	if o.engine.woken == woken {
		t.Error("the engine was not told of the lift")
	}
	writer.get("/desk").says(t, "Nya bussar i Falun", "in 14 h", "06:00 CEST", "bo@example.se")

	approver.done(at+"/unschedule", nil).says(t, "Approved", "No time is set")
	approver.done(at+"/publish", nil).says(t, "Live", "http://localhost/dalarna/nya-bussar-i-falun")
}

func TestRelease_SavedWithWhatNobodyWillSee_WarnsOfIt(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	anna := o.officer(t, "anna", auth.Writer)
	at := anna.write("Nya bussar")
	page := anna.done(at, url.Values{"version": {"1"}, "headline": {"Nya\u0007 bussar"}, "body": {"![Bussen](https://example.se/buss.jpg)"}, "language": {"sv"}, "kind": {"press-release"}})
	page.says(t, "✓ Version 2 is saved.", "! Pictures in a text are not shown", "! There were characters that can")
	if n := strings.Count(page.body, `class="note warn" role="status"`); n != 2 {
		t.Errorf("%d warnings: %s", n, shorten(page.body))
	}
}

func TestRelease_WithTwoApprovals_IsNotApprovedByItsAuthor(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	admin.done("/desk/settings", url.Values{
		"newsroom_name": {n.Name}, "slug": {n.Slug}, "language": {"sv"}, "zone": {n.Zone}, "email_from": {n.EmailFrom}, "approvals": {"2"},
	}).says(t, "The settings are saved.")
	at := admin.write("Nya bussar")
	if page := admin.get(at); strings.Contains(page.body, "/approve") {
		t.Error("a draft offers approval where two people are asked for")
	}
	page := admin.done(at+"/submit", nil)
	a := admin.post(at+"/approve", url.Values{"version": {"1"}, "hash": {page.hidden(t, "hash")}})
	if a.status != http.StatusConflict {
		t.Errorf("own approval: %d", a.status)
	}
	a.says(t, "two people", "Nya bussar")
}

func TestRelease_SavedByTwo_ShowsBothTextsAndLosesNeither(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna", "Kultur", "Vägar")
	anna, bo := o.officer(t, "anna", auth.Writer), o.officer(t, "bo", auth.Writer)
	at := anna.write("Rubriken")

	theirs := text("Bos rubrik")
	theirs.Set("version", "1")
	theirs.Set("topics", "kultur")
	bo.done(at, theirs)
	mine := text("Annas rubrik")
	mine.Set("version", "1")
	mine.Set("contacts[1].name", "Olof")
	a := anna.post(at, mine)

	if a.status != http.StatusConflict {
		t.Errorf("the second to save: %d", a.status)
	}
	a.says(t, "Somebody else has saved", "<mark>Annas</mark> rubrik", "<mark>Bos</mark> rubrik", "<mark>Kultur</mark>", "<mark>Olof</mark>", "Save mine on top of theirs")
	if strings.Count(a.body, `<div class="difference">`) != 3 {
		t.Error("a field that is the same in both is shown as a difference")
	}
	if form := a.body[strings.Index(a.body, `id="text"`):]; !strings.Contains(form, "Annas rubrik</textarea>") || !strings.Contains(form, `value="Olof"`) {
		t.Errorf("what was typed is not in the form:\n%s", form)
	}
	mine.Set("version", a.hidden(t, "version"))
	anna.done(at, mine).says(t, "Version 3 is saved.", "Annas rubrik")
}

func TestRelease_ApprovedInAnotherText_IsRefused(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approver.write("Rubriken")
	edited := text("En annan rubrik")
	edited.Set("version", "1")
	approver.done(at, edited)
	a := approver.post(at+"/approve", url.Values{"version": {"1"}, "hash": {""}})
	if a.status != http.StatusConflict {
		t.Errorf("approving version 1 of 2: %d", a.status)
	}
	a.says(t, "not the newest", "En annan rubrik")
}

func TestRelease_WithWrongFields_NamesThemAndKeepsWhatWasTyped(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	typed := text("")
	typed.Set("body", "Det jag skrev")
	typed.Set("contacts[0].email", "kerstin@")
	a := writer.post("/desk/releases", typed)
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.status)
	}
	a.says(t, `href="#release-headline"`, `href="#release-contacts-0-email"`, "Det jag skrev</textarea>", `value="kerstin@"`)
}

func TestRelease_WithAPictureInItsMarkdown_TellsThatNobodyWillSeeIt(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	typed := text("Rubriken")
	typed.Set("body", "![bild](http://x.example/a.png) [f](ftp://a.example)")
	writer.done("/desk/releases", typed).says(t, "are not shown: ![bild](http://x.example/a.png).", "just the words are kept: [f](ftp://a.example).")
}

func TestRelease_HeadlineMovesTheAddressUntilSomebodyChoosesOne(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := writer.write("Rubriken")
	edited := text("En annan rubrik")
	edited.Set("version", "1")
	edited.Set("slug", "rubriken") // as the form had it
	writer.done(at, edited).says(t, `value="en-annan-rubrik"`)
}

func TestSchedule_AtATimeThatTheClocksSkip_OffersTheNearestTwo(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approved(t, approver)
	lift := url.Values{"date": {"2017-03-26"}, "time": {"02:30"}, "zone": {"Europe/Stockholm"}}
	a := approver.post(at+"/schedule", lift)
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.status)
	}
	a.says(t, "The clocks go forward then, and skip 02:30", "Which of the two?", `href="#lift-which"`,
		"26 Mar 2017 01:59 CET", "26 Mar 2017 03:00 CEST", `value="02:30"`, `value="2017-03-26"`)
	lift.Set("which", "2017-03-26T03:00")
	approver.done(at+"/schedule", lift).says(t, "03:00 CEST", "01:00 UTC")
	// What was chosen for one date says nothing of another.
	lift.Set("date", "2017-03-27")
	approver.done(at+"/schedule", lift).says(t, "27 March 2017 02:30 CEST")
}

func TestSchedule_AtATimeThatOccursTwice_AsksWhich(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approved(t, approver)
	lift := url.Values{"date": {"2016-10-30"}, "time": {"02:30"}, "zone": {"Europe/Stockholm"}}
	a := approver.post(at+"/schedule", lift)
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.status)
	}
	a.says(t, "Which of the two?", `href="#lift-which"`, `value="2016-10-30T02:30+02:00"`, `value="2016-10-30T02:30+01:00"`, "02:30 CEST", "02:30 CET")
	lift.Set("which", "2016-10-30T02:30+01:00")
	approver.done(at+"/schedule", lift).says(t, "02:30 CET", "01:30 UTC")
}

func TestSchedule_InThePast_IsRefusedUnlessArchived(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approved(t, approver)
	lift := url.Values{"date": {"2015-10-18"}, "time": {"06:00"}, "zone": {"Europe/Stockholm"}}
	if a := approver.post(at+"/schedule", lift); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a lift in the past: %d", a.status)
	} else {
		a.says(t, "18 Oct 2015 06:00 CEST has passed")
	}
	lift.Set("backdated", "yes")
	approver.done(at+"/schedule", lift).says(t, "Live")
}

func TestSchedule_WithADateOrTimeThatIsNone_SaysSoAtItsField(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approved(t, approver)
	for _, test := range []struct {
		date, time string
		says       []string
		not        string
	}{
		{"", "06:00", []string{`href="#lift-date"`, "can't be empty"}, `href="#lift-time"`},
		{"2016-10-18", "", []string{`href="#lift-time"`, "can't be empty"}, `href="#lift-date"`},
		{"", "", []string{`href="#lift-date"`, `href="#lift-time"`, "2 things"}, ""},
		{"", "early", []string{`href="#lift-date"`, `href="#lift-time"`, "“early” is not a time. Write it as 06:00"}, ""},
		{"2016-02-31", "06:00", []string{`href="#lift-date"`, "“2016-02-31” is not a date. Write it as 2016-10-18"}, "T06:00"},
		{"2016-02-28", "25:00", []string{`href="#lift-time"`, "“25:00” is not a time. Write it as 06:00"}, `href="#lift-date"`},
		{"9999-02-20", "06:00", []string{`href="#lift-date"`, "The year has to be from 2 to 9998"}, "T06:00"},
	} {
		a := approver.post(at+"/schedule", url.Values{"date": {test.date}, "time": {test.time}, "zone": {"Europe/Stockholm"}})
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %s: status %d", test.date, test.time, a.status)
		}
		a.says(t, test.says...)
		if test.not != "" && strings.Contains(a.text(), test.not) {
			t.Errorf("%s %s: says %q", test.date, test.time, test.not)
		}
	}
}

func TestEdit_OfALiveRelease_WaitsForApproval(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := approved(t, approver)
	approver.done(at+"/publish", nil)
	o.at = o.at.Add(time.Second)
	edited := text("Rubriken, rättad")
	edited.Set("version", "1")
	approver.done(at, edited).says(t, "Version 2 is not approved; the world gets version 1", "Approve version 2 and show it at once")
}

func TestEdit_OfTheTopicsOfAScheduledRelease_CountsWhoIsMailedNow(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna", "Kultur", "Vägar")
	for _, topic := range []string{"kultur", "vagar", "vagar"} {
		_, err := o.deps.Subscribers.Add(t.Context(), history.System, audienceNewsroom(n), subscribers.Input{
			Email: rand.Text() + "@example.se", Topics: []string{topic}, Consent: "asked", Confirmed: true,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	approver := o.officer(t, "bo", auth.Approver)
	typed := text("Rubriken")
	typed.Set("topics", "kultur")
	at := approver.post("/desk/releases", typed).header.Get("Location")
	approver.done(at+"/approve", url.Values{"version": {"1"}})
	approver.done(at+"/schedule", url.Values{"date": {"2016-10-18"}, "time": {"06:00"}, "zone": {"Europe/Stockholm"}}).says(t, "1 person will be mailed")
	typed.Set("topics", "vagar")
	typed.Set("version", "1")
	approver.done(at, typed).says(t, "1 person will be mailed", "Version 2 is not approved")
	approver.done(at+"/approve", url.Values{"version": {"2"}}).says(t, "2 people will be mailed")
}

func TestPreview_IsFramedByTheDeskOnly(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := writer.write("Rubriken")
	for name, a := range map[string]answer{"saved": writer.get(at + "/preview"), "typed": writer.post("/desk/preview", text("Rubriken"))} {
		if a.body != "preview of Rubriken" || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'self'") {
			t.Errorf("%s: %q with %q", name, a.body, a.header.Get("Content-Security-Policy"))
		}
	}
	if policy := writer.get(at).header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "frame-src 'self'") {
		t.Errorf("the editor itself: %q", policy)
	}
}

// approved is a release of this officer's, ready for its lift.
func approved(t *testing.T, p *person) string {
	t.Helper()
	at := p.write("Rubriken")
	page := p.get(at)
	p.done(at+"/approve", url.Values{"version": {"1"}, "hash": {page.hidden(t, "hash")}})
	return at
}

func TestRelease_FoldsWhatIsSeldomNeeded_UnlessSomethingIsWrongInIt(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := writer.write("Öppet hus")
	folded := []string{"About, translation and address</summary>", "Add a contact</summary>", "<h3>Attach a file</h3></summary>", `<summary><h2 id="delete-title">`}
	page := writer.get(at)
	page.says(t, folded...)
	if strings.Contains(page.body, "<details class=\"more\" open") {
		t.Error("the seldom fields are open")
	}
	typed := text("Öppet hus")
	typed.Set("version", "1")
	typed.Set("translation_of", "nowhere")
	writer.post(at, typed).says(t, `<details class="more" open>`)
}
