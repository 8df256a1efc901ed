package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dateline/server/auth"
)

func TestFreeze_ShowsTheBar_HidesDrafts_SignsEveryoneElseOut_AndThaws(t *testing.T) {
	o := newOffice(t, "https://press.example")
	o.newsroom(t, "dalarna")
	writer, admin := o.officer(t, "writer", auth.Writer), o.officer(t, "admin", auth.Admin)
	draft := writer.write("Öppet hus")
	settings := admin.get("/desk/settings")
	settings.says(t, "Why it is frozen or thawed")
	newsroom := settings.hidden(t, "newsroom")

	if a := admin.post("/desk/settings/freeze", url.Values{"newsroom": {newsroom}, "reason": {" "}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a freeze without a reason: %d", a.status)
	}
	admin.done("/desk/settings/freeze", url.Values{"newsroom": {newsroom}, "reason": {"An account <b>may</b> be stolen."}})
	bar := admin.get("/desk")
	bar.says(t, "This newsroom has been frozen by admin@example.se since", "An account <b>may</b> be stolen.")
	if strings.Contains(bar.body, "&lt;time") || strings.Contains(bar.body, "<b>may") || strings.Contains(bar.body, "Öppet hus") {
		t.Errorf("the bar's time is broken, its reason not escaped, or the draft is shown:\n%s", bar.body)
	}
	const write = `href="/desk/releases/new"`
	if strings.Contains(bar.body, write) {
		t.Error("a new release is offered, which would be refused")
	}
	if a := admin.get(draft); a.status != http.StatusConflict || strings.Contains(a.body, "Öppet hus") {
		t.Errorf("the draft is %d:\n%s", a.status, shorten(a.body))
	}
	if a := writer.get("/desk"); a.status != http.StatusUnauthorized {
		t.Errorf("the writer is still signed in: %d", a.status)
	}

	admin.done("/desk/settings/thaw", url.Values{"newsroom": {newsroom}, "reason": {"It was not."}})
	admin.get(draft).says(t, "Öppet hus")
	if a := admin.get("/desk"); strings.Contains(a.body, "has been frozen") || !strings.Contains(a.body, write) {
		t.Error("the bar stays after the thaw, or no new release is offered")
	}
}

func TestFreeze_HidesWhatTheNewsroomMailed(t *testing.T) {
	o := newOffice(t, "https://press.example")
	n := o.newsroom(t, "dalarna")
	admin := o.officer(t, "admin", auth.Admin)
	at := o.capture(t, "From: a@example.se\r\nSubject: Hemliga rubriken\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body>Hej</body></html>")
	admin.get("/desk/mailbox").says(t, "Hemliga rubriken")
	admin.done("/desk/settings/freeze", url.Values{"newsroom": {n.ID}, "reason": {"Misstänkt läcka"}})
	if list := admin.get("/desk/mailbox"); strings.Contains(list.body, "Hemliga") || !strings.Contains(list.body, "Hidden while") {
		t.Errorf("the list:\n%s", shorten(list.body))
	}
	admin.get("/desk/mailbox?q=hemliga").says(t, "No mail here")
	for _, path := range []string{at, at + "/html", at + "/raw", at + "?view=text"} {
		if a := admin.get(path); a.status != http.StatusConflict || strings.Contains(a.body, "Hej") || strings.Contains(a.body, "Hemliga") {
			t.Errorf("%s is %d:\n%s", path, a.status, shorten(a.body))
		}
	}
	admin.done("/desk/settings/thaw", url.Values{"newsroom": {n.ID}, "reason": {"It was not."}})
	admin.get(at+"/raw").says(t, "Hemliga rubriken")
}

func TestFreeze_WhatIsOutIsWithdrawn_ThoughANewerVersionOfItIsHidden(t *testing.T) {
	o := newOffice(t, "https://press.example")
	n := o.newsroom(t, "dalarna")
	writer, admin := o.officer(t, "writer", auth.Writer), o.officer(t, "admin", auth.Admin)
	live := admin.write("Bron öppnar")
	admin.done(live+"/approve", url.Values{"version": {"1"}})
	admin.done(live+"/publish", url.Values{})
	newer := text("Bron öppnar inte")
	newer.Set("version", "1")
	writer.done(live, newer)
	admin.done("/desk/settings/freeze", url.Values{"newsroom": {n.ID}, "reason": {"Misstänkt läcka"}})

	if list := admin.get("/desk"); !strings.Contains(list.body, "Bron öppnar<") || strings.Contains(list.body, "öppnar inte") {
		t.Errorf("the list:\n%s", shorten(list.body))
	}
	page := admin.get(live)
	page.says(t, "Bron öppnar", "https://press.example/dalarna/bron-oppnar", "Withdraw this release")
	wrong := admin.post(live+"/withdraw", url.Values{"reason": {" "}})
	if wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("a withdrawal without a reason: %d", wrong.status)
	}
	wrong.says(t, "Withdraw this release")
	gone := admin.done(live+"/withdraw", url.Values{"reason": {"Den öppnar inte"}})
	gone.says(t, "Withdrawn", "Bron öppnar")
	for _, a := range []answer{page, wrong, gone, admin.get("/desk")} {
		if strings.Contains(a.body, "Bron öppnar inte") {
			t.Errorf("the hidden version is told:\n%s", shorten(a.body))
		}
	}
	if a := admin.post(live+"/comments", url.Values{"text": {"Hej"}}); a.status != http.StatusConflict {
		t.Errorf("a comment: %d", a.status)
	}
}
