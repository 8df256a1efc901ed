package desk

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/server/auth"
)

func TestSignIn_TenWrongPasswords_AreEnough(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	o.officer(t, "anna", auth.Writer)
	p := o.stranger(t)
	for range 10 {
		a := p.post("/desk/sign-in", url.Values{"email": {"anna@example.se"}, "password": {"a wrong passphrase"}})
		if a.status != http.StatusUnauthorized {
			t.Fatalf("status %d", a.status)
		}
		a.says(t, "The address or the password is wrong.", `value="anna@example.se"`)
		if strings.Contains(a.body, "a wrong passphrase") {
			t.Fatal("the password comes back in the page")
		}
	}
	a := p.post("/desk/sign-in", url.Values{"email": {"anna@example.se"}, "password": {password}})
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
		t.Errorf("the eleventh: %d", a.status)
	}
}

func TestSignIn_LeadsToWhereOneWantedToBeAndNowhereElse(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	o.officer(t, "anna", auth.Writer)
	a := o.stranger(t).get("/desk/dispatches?state=sent")
	if a.status != http.StatusUnauthorized || a.hidden(t, "to") != "/desk/dispatches?state=sent" {
		t.Errorf("%d, to %q", a.status, a.hidden(t, "to"))
	}
	for to, want := range map[string]string{
		"/desk/mailbox": "/desk/mailbox", "": "/desk", "https://evil.example/": "/desk", "//evil.example/desk/": "/desk", "/deskevil": "/desk", "/desk/\\evil.example": "/desk/\\evil.example",
	} {
		a := o.stranger(t).post("/desk/sign-in", url.Values{"email": {"anna@example.se"}, "password": {password}, "to": {to}})
		if got := a.header.Get("Location"); got != want {
			t.Errorf("%q leads to %q", to, got)
		}
	}
}

func TestSession_EndedWhileWriting_LosesNothing(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := writer.write("Rubriken")
	o.at = o.at.Add(13 * time.Hour)

	typed := text("Rubriken & <det> “jag” skrev")
	typed.Set("body", "\nförsta\r\n\r\nandra\n")
	typed.Set("version", "1")
	a := writer.post(at, typed)
	if a.status != http.StatusUnauthorized {
		t.Fatalf("status %d", a.status)
	}
	a.says(t, "What you typed is kept")
	resumed := writer.post("/desk/sign-in", url.Values{
		"email": {"anna@example.se"}, "password": {password}, "to": {a.hidden(t, "to")}, "typed": {a.hidden(t, "typed")},
	})
	resumed.says(t, "You are signed in again", `action="`+at+`"`)
	kept := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<textarea hidden name="([^"]+)"[^>]*>\n(.*?)</textarea>`).FindAllStringSubmatch(resumed.text(), -1) {
		kept.Add(m[1], m[2])
	}
	for name := range typed {
		if strings.ReplaceAll(kept.Get(name), "\r", "") != strings.ReplaceAll(typed.Get(name), "\r", "") {
			t.Errorf("%s: %q was kept as %q", name, typed.Get(name), kept.Get(name))
		}
	}
	writer.done(at, kept).says(t, "Version 2 is saved.", "<det>")
}

func TestSession_OfAPageThatOnlyRefreshes_Ends(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	writer.header["Dateline-Refresh"] = "1"
	for hour := range 13 {
		o.at = o.at.Add(time.Hour)
		want := http.StatusOK
		if hour >= 11 {
			want = http.StatusUnauthorized
		}
		if a := writer.get("/desk"); a.status != want {
			t.Fatalf("after %d hours: %d", hour+1, a.status)
		}
	}
}

func TestSignOut_EndsTheSession(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	cookie := writer.cookies["dateline"]
	writer.done("/desk/sign-out", nil).says(t, "Sign in")
	writer.cookies["dateline"] = cookie
	if a := writer.get("/desk"); a.status != http.StatusUnauthorized {
		t.Errorf("the old cookie: %d", a.status)
	}
}

func TestSessionCookie_IsOutOfReach(t *testing.T) {
	for base, want := range map[string][]string{
		"http://localhost":      {"dateline=", "path=/desk", "HttpOnly", "SameSite=Lax"},
		"https://press.example": {"__Host-dateline=", "path=/;", "HttpOnly", "SameSite=Lax", "secure"},
	} {
		o := newOffice(t, base)
		o.newsroom(t, "dalarna")
		o.officer(t, "anna", auth.Writer)
		a := o.stranger(t).post("/desk/sign-in", url.Values{"email": {"anna@example.se"}, "password": {password}})
		cookie := a.header.Get("Set-Cookie")
		for _, part := range want {
			if !strings.Contains(cookie, part) {
				t.Errorf("%s: %q has no %s", base, cookie, part)
			}
		}
	}
}

func TestSetup_MakesTheFirstAccountAndNewsroomOnce(t *testing.T) {
	o := newOffice(t, "http://localhost")
	link := o.invite(t, auth.Admin)
	p := o.stranger(t)
	p.get(link).says(t, "Make your account", "The first newsroom")
	typed := url.Values{
		"name": {"Anna"}, "email": {"anna@example.se"}, "password": {password},
		"newsroom_name": {"Region Dalarna"}, "slug": {""}, "language": {"sv"}, "zone": {"Europe/Stockholm"}, "email_from": {"Press <press@example.se>"},
	}
	wrong := url.Values{"email": {"anna@example.se"}, "password": {"short"}, "newsroom_name": {"Region Dalarna"}}
	if a := p.post(link, wrong); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Region Dalarna") {
		t.Errorf("a short password: %d", a.status)
	}
	p.done(link, typed).says(t, "The newsroom Region Dalarna is there.", "anna@example.se")
	if n, err := o.deps.Releases.Newsroom(t.Context(), "region-dalarna"); err != nil || n.Zone != "Europe/Stockholm" {
		t.Errorf("newsroom %+v, %v", n, err)
	}
	if a := o.stranger(t).get(link); a.status != http.StatusNotFound {
		t.Errorf("the link a second time: %d", a.status)
	}
}

func TestSetup_WithAWrongNewsroom_MakesNothingAndKeepsWhatWasTyped(t *testing.T) {
	o := newOffice(t, "http://localhost")
	p, link := o.stranger(t), o.invite(t, auth.Admin)
	typed := url.Values{
		"name": {"Anna"}, "email": {"anna@"}, "password": {password}, "newsroom_name": {"Region Dalarna"}, "language": {"sv"}, "zone": {"Europe/Stockholm"}, "email_from": {"nobody"},
	}
	a := p.post(link, typed)
	a.says(t, "2 things to put right", `href="#account-email"`, `href="#newsroom-email_from"`)
	typed.Set("email", "anna@example.se")
	a = p.post(link, typed)
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", a.status)
	}
	a.says(t, "Make your account", `href="#newsroom-email_from"`, `value="Anna"`, `value="anna@example.se"`, `value="Region Dalarna"`)
	if has, err := o.deps.Auth.HasOfficers(t.Context()); has || err != nil {
		t.Errorf("an account is made: %v, %v", has, err)
	}
	typed.Set("email_from", "press@example.se")
	p.done(link, typed).says(t, "The newsroom Region Dalarna is there.", "anna@example.se")
}

func TestInvitation_OfAWriter_MakesNoNewsroom(t *testing.T) {
	o := newOffice(t, "http://localhost")
	p := o.stranger(t)
	link := o.invite(t, auth.Writer)
	if strings.Contains(p.get(link).body, "newsroom_name") {
		t.Error("a writer is asked for a newsroom")
	}
	p.done(link, url.Values{"email": {"anna@example.se"}, "password": {password}, "newsroom_name": {"Region Dalarna"}}).says(t, "There is no newsroom yet")
	if list, err := o.deps.Releases.Newsrooms(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("newsrooms %+v, %v", list, err)
	}
}
