package desk

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"
)

func TestReleases_WarnWhatIsWrongWithTheMachine(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	if strings.Contains(writer.get("/desk").body, "note warn") {
		t.Error("a warning when all is well")
	}
	o.engine.health = jobs.Health{Redis: errors.New("away"), Relay: errors.New("away"), Skew: -3 * time.Second, Overdue: 2}
	writer.get("/desk").says(t, "Redis can't be reached", "relay can't be reached", "3 s", "2 releases should have started")
}

func TestReleases_ShowAStateAtATime(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	approver.write("Ett utkast")
	at := approved(t, approver)
	drafts := approver.get("/desk?state=draft")
	drafts.says(t, "Ett utkast")
	if strings.Contains(drafts.body, at) {
		t.Error("an approved release among the drafts")
	}
}

func TestDispatch_CountsAddUpAndCanBeFollowed(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(approver.write("Rubriken"), "/desk/releases/"))
	o.at = o.at.Add(2 * time.Second)
	a := approver.get(at)
	a.says(t, "Rubriken", `<strong>4</strong> of 7 recipients`, `max="7" value="4"`, "2 a second", "left", `data-follow="/desk/dispatches/dispatch/events"`, "p6@example.se", "550 5.1.1")
	if failed := approver.get(at + "?state=failed"); strings.Contains(failed.body, "p2@example.se") || !strings.Contains(failed.body, "p4@example.se") {
		t.Error("the failed ones are not on their page alone")
	}
	if found := approver.get(at + "?email=P2%40example.se"); strings.Contains(found.body, "p4@example.se") || !strings.Contains(found.body, "p2@example.se") {
		t.Error("an address is not found")
	}
}

func TestDispatch_IsPausedAndGoesOn(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(approver.write("Rubriken"), "/desk/releases/"))
	approver.done(at+"/pause", nil).says(t, "Paused", "Go on with the mailing")
	if a := approver.post(at+"/pause", nil); a.status != http.StatusConflict {
		t.Errorf("pausing twice: %d", a.status)
	}
	approver.done(at+"/resume", nil).says(t, "Pause the mailing")
	writer := o.officer(t, "anna", auth.Writer)
	if page := writer.get(at).body; strings.Contains(page, "/pause") || strings.Contains(page, "p2@example.se") {
		t.Error("a writer is offered to pause, or sees who the recipients are")
	}
}

func TestDispatch_IsStoppedByAButtonThatSaysWhomItLeavesOut(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(approver.write("Rubriken"), "/desk/releases/"))
	approver.get(at).says(t, "Stop the mailing and leave out 2 people")
	approver.done(at+"/stop", nil).says(t, "Being stopped", "The mailing is being stopped.")
	if a := approver.post(at+"/stop", nil); a.status != http.StatusConflict || strings.Contains(a.body, at+"/stop") {
		t.Errorf("stopping twice: %d", a.status)
	}
	if o.engine.woken != 1 {
		t.Errorf("the engine was woken %d times", o.engine.woken)
	}
}

func TestDispatch_OutcomesAreTakenAsAList(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := o.dispatch(t, n.ID, strings.TrimPrefix(approver.write("Rubriken"), "/desk/releases/"))
	a := approver.get(at + "/outcomes.csv")
	if lines := strings.Split(strings.TrimSpace(a.body), "\r\n"); len(lines) != 8 || !strings.HasPrefix(lines[0], "email,name,") || !strings.Contains(lines[5], ",failed,550 5.1.1,") {
		t.Errorf("%d lines:\n%s", len(lines), a.body)
	}
	if name := a.header.Get("Content-Disposition"); a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(name, "rubriken-release-outcomes.csv") {
		t.Errorf("%s: %v", name, a.header)
	}
	if a := o.officer(t, "anna", auth.Writer).get(at + "/outcomes.csv"); a.status != http.StatusForbidden {
		t.Errorf("a writer: %d", a.status)
	}
}

func TestPace_TellsWhenItWillBeDone(t *testing.T) {
	start := time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC)
	d := jobs.Dispatch{State: jobs.Sending, Audience: 4000, Sent: 1000, Queued: 2900, Deferred: 100, StartedAt: start}
	if p := paceOf(d, start.Add(time.Second)); p.PerSecond != 1000 || p.Left != 2900*time.Millisecond {
		t.Errorf("a quarter in a second: %+v", p)
	}
	d = jobs.Dispatch{State: jobs.Done, Audience: 4000, Sent: 4000, StartedAt: start, FirstSentAt: start, LastSentAt: start.Add(2 * time.Second)}
	if p := paceOf(d, start.Add(time.Hour)); p.PerSecond != 2000 || p.Left != 0 {
		t.Errorf("done in two seconds: %+v", p)
	}
	if p := paceOf(jobs.Dispatch{State: jobs.Sending}, start); p != (pace{}) {
		t.Errorf("not begun: %+v", p)
	}
	var m meter // after an hour's pause only what went since counts
	d = jobs.Dispatch{State: jobs.Sending, Audience: 4000, Sent: 1000, Queued: 3000, StartedAt: start}
	m.measure(d, start.Add(time.Hour))
	d.Sent, d.Queued = 1500, 2500
	if p := m.measure(d, start.Add(time.Hour+2*time.Second)); p.PerSecond != 250 || p.Left != 10*time.Second {
		t.Errorf("resumed: %+v", p)
	}
}

func TestMailbox_ShowsHTMLWithoutLettingItDoAnything(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "anna", auth.Approver)
	at := o.capture(t, "From: a@example.se\r\nSubject: Rubriken\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body>Hej</body></html>")
	approver.get("/desk/mailbox?q=PER").says(t, "Rubriken", "per@example.se")
	approver.get("/desk/mailbox?q=nobody").says(t, "No mail here")
	approver.get(at).says(t, `src="`+at+`/html"`, `sandbox="`)
	frame := approver.get(at + "/html")
	policy := frame.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script") || !strings.Contains(policy, "sandbox") {
		t.Errorf("policy %q", policy)
	}
	frame.says(t, `<base target="_blank">`, "Hej")
	if raw := approver.get(at + "/raw"); !strings.HasPrefix(raw.header.Get("Content-Type"), "text/plain") || !strings.Contains(raw.body, "Subject: Rubriken") {
		t.Errorf("raw: %q", raw.body)
	}
	if a := approver.get("/desk/mailbox/missing"); a.status != http.StatusNotFound {
		t.Errorf("a mail that is not there: %d", a.status)
	}
}

func TestSubscribers_AreAddedFoundImportedAndExported(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna", "Kultur")
	approver := o.officer(t, "bo", auth.Approver)
	one := url.Values{"email": {"per@example.se"}, "name": {"Per"}, "language": {"sv"}, "topics": {"kultur"}, "consent": {"på telefon"}}
	approver.done("/desk/subscribers", one).says(t, "per@example.se subscribes.")
	if a := approver.post("/desk/subscribers", one); a.status != http.StatusConflict {
		t.Errorf("the same again: %d", a.status)
	}
	one.Set("consent", "")
	one.Set("email", "kim@example.se")
	if a := approver.post("/desk/subscribers", one); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="kim@example.se"`) {
		t.Errorf("without consent: %d", a.status)
	}
	a := approver.upload("/desk/subscribers/import", "på plats", "email,name\nlisa@example.se,Lisa\nnot an address,Olle\n")
	a.says(t, "1 added", "One line was not taken", "Line 3:", "not an address")
	approver.get("/desk/subscribers?q=lisa").says(t, "lisa@example.se")
	list := approver.get("/desk/subscribers.csv")
	if !strings.HasPrefix(list.header.Get("Content-Type"), "text/csv") || !strings.Contains(list.body, "lisa@example.se") || !strings.Contains(list.body, "per@example.se") {
		t.Errorf("export: %q", list.body)
	}
}

// upload sends the import form as a browser does.
func (p *person) upload(path, consent, csv string) answer {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("consent", consent); err != nil {
		p.t.Fatal(err)
	}
	file, err := form.CreateFormFile("file", "list.csv")
	if err == nil {
		_, err = file.Write([]byte(csv))
	}
	if err := errors.Join(err, form.Close()); err != nil {
		p.t.Fatal(err)
	}
	request := httptest.NewRequest("POST", path, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return p.do(request)
}

func TestImport_ThatIsNoForm_IsRefused(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	for _, kind := range []string{"text/csv", "multipart/form-data", "multipart/form-data; boundary=x"} {
		request := httptest.NewRequest("POST", "/desk/subscribers/import", strings.NewReader("email\nper@example.se\n"))
		request.Header.Set("Content-Type", kind)
		if a := approver.do(request); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", kind, a.status)
		}
	}
}

func TestSettings_TokensAreShownOnceAndRevoked(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	a := admin.post("/desk/tokens", url.Values{"name": {"wire"}, "role": {"writer"}})
	_, secret, _ := strings.Cut(a.body, `<code class="secret">`)
	secret, _, _ = strings.Cut(secret, "<")
	if who, err := o.deps.Auth.Token(t.Context(), secret); err != nil || who.Role != auth.Writer {
		t.Fatalf("token %q is of %+v, %v", secret, who, err)
	}
	if strings.Contains(admin.get("/desk/settings").body, secret) {
		t.Error("the token is shown again")
	}
	admin.done("/desk/tokens/revoke", url.Values{"name": {"wire"}}).says(t, "The token wire no longer works.")
	if _, err := o.deps.Auth.Token(t.Context(), secret); !errors.Is(err, auth.ErrUnauthorized) {
		t.Errorf("after revoking: %v", err)
	}
}

func TestSettings_OfficersAreInvitedAndClosed(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	a := admin.post("/desk/officers/invite", url.Values{"role": {"approver"}})
	_, link, found := strings.Cut(a.body, `<code class="secret">http://localhost`)
	link, _, _ = strings.Cut(link, "<")
	if !found {
		t.Fatalf("no link:\n%s", shorten(a.body))
	}
	bo := o.stranger(t)
	bo.done(link, url.Values{"email": {"bo@example.se"}, "password": {password}}).says(t, "Your account is made")

	officers, err := o.deps.Auth.Officers(t.Context())
	if err != nil || len(officers) != 2 {
		t.Fatalf("officers %+v, %v", officers, err)
	}
	for _, officer := range officers {
		a := admin.post("/desk/officers/"+officer.ID+"/disable", nil)
		want := map[string]int{"anna@example.se": http.StatusForbidden, "bo@example.se": http.StatusSeeOther}[officer.Email]
		if a.status != want {
			t.Errorf("closing %s: %d", officer.Email, a.status)
		}
	}
	if a := bo.get("/desk"); a.status != http.StatusUnauthorized {
		t.Errorf("a closed account: %d", a.status)
	}
}

func TestSettings_WithWrongFields_KeepWhatWasTyped(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	a := admin.post("/desk/settings", url.Values{"newsroom_name": {"Nytt namn"}, "slug": {"dalarna"}, "language": {"qq-nothing-at-all"}, "zone": {"Europe/Stockholm"}, "email_from": {"nobody"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.status)
	}
	a.says(t, `value="Nytt namn"`, `href="#newsroom-language"`, `href="#newsroom-email_from"`)
}

func TestNotice_FromACookieThatIsNotOurs_SaysNothing(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	for _, cookie := range []string{"!", "bnVsbA", "W3sibSI6MX1d"} {
		writer.cookies[noticeCookie] = cookie
		if a := writer.get("/desk"); a.status != http.StatusOK || strings.Contains(a.body, "note told") {
			t.Errorf("%q: %d", cookie, a.status)
		}
	}
}

func TestSettings_ATopicTakesItsCodeBehindItsName(t *testing.T) {
	o := newOffice(t, "http://localhost")
	n := o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	form := func(topics string) url.Values {
		return url.Values{"newsroom": {n.ID}, "newsroom_name": {n.Name}, "slug": {n.Slug}, "language": {"sv"}, "zone": {n.Zone}, "email_from": {n.EmailFrom}, "approvals": {"1"}, "topics": {topics}}
	}
	admin.done("/desk/settings", form("Miljö och natur  medtop:06000000\nSkola"))
	admin.get("/desk/settings").says(t, "Miljö och natur medtop:06000000\nSkola</textarea>")
	n, err := o.deps.Releases.Newsroom(t.Context(), n.ID)
	want := []releases.Topic{{Slug: "miljo-och-natur", Name: "Miljö och natur", Code: "medtop:06000000"}, {Slug: "skola", Name: "Skola"}}
	if err != nil || !slices.Equal(n.Topics, want) {
		t.Errorf("saved: %v, %v", n.Topics, err)
	}
	a := admin.post("/desk/settings", form("Miljö och natur medtop:6\nSkola"))
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("a code that is none: %d", a.status)
	}
	a.says(t, `href="#newsroom-topics"`, "“medtop:6” is not an IPTC Media Topic", "Miljö och natur medtop:6\nSkola</textarea>")
}
