package newsroom

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dateline/server/database/dbtest"
	"dateline/subscribers"
)

func (p *press) asked() subscribers.Subscriber {
	p.t.Helper()
	p.post("/dalarna/subscribe", form("asa@example.org"))
	return p.only()
}

func TestConfirm_GetChangesNothing_PostConfirms_AlsoTwice(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	sub := p.asked()
	path := "/confirm/" + p.subscribers.ConfirmToken(sub.ID)

	for range 3 {
		p.shows(path, `<form method="post">`, "asa@example.org", `content="noindex"`)
	}
	if state := p.only().State; state != subscribers.StatePending {
		t.Fatalf("a scanner made it %s", state)
	}
	for range 2 {
		a := p.post(path, nil)
		a.has(t, "the answer", "Du prenumererar")
		if a.status != http.StatusOK || p.only().State != subscribers.StateConfirmed {
			t.Errorf("%d, %s", a.status, p.only().State)
		}
	}
	p.shows(path, "Du prenumererar").lacks(t, "the page", "<form")
}

func TestUnsubscribe_GetChangesNothing_PostLeaves_AlsoTwice(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	sub := p.asked()
	p.post("/confirm/"+p.subscribers.ConfirmToken(sub.ID), nil)
	path := "/unsubscribe/" + p.subscribers.UnsubscribeToken(sub.ID)

	p.shows(path, `<form method="post">`)
	if state := p.only().State; state != subscribers.StateConfirmed {
		t.Fatalf("a scanner made it %s", state)
	}
	for range 2 {
		// As a mail provider sends it, from a page of its own.
		a := p.post(path, url.Values{"List-Unsubscribe": {"One-Click"}}, "Sec-Fetch-Site: cross-site", "Origin: https://mail.example")
		a.has(t, "the answer", "Prenumerationen är avslutad")
		if a.status != http.StatusOK || p.only().State != subscribers.StateUnsubscribed {
			t.Errorf("%d, %s", a.status, p.only().State)
		}
	}
	p.shows(path, "Prenumerationen är avslutad").lacks(t, "the page", "<form")
}

func TestLetterLinks_OfNobody_SayWhatToDo_AndAreNotKept(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	sub := p.asked()
	for _, path := range []string{
		"/confirm/x", "/unsubscribe/x", "/confirm/" + p.subscribers.UnsubscribeToken(sub.ID), "/unsubscribe/" + p.subscribers.ConfirmToken(sub.ID),
	} {
		for _, method := range []string{"GET", "POST"} {
			a := p.ask(method, path, nil, "Accept-Language: sv")
			a.has(t, path, "Länken fungerar inte längre")
			if a.status != http.StatusNotFound || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: %d %v", method, path, a.status, a.header)
			}
		}
	}
}

func TestLetterPages_AreForOnePerson(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	sub := p.asked()
	for _, path := range []string{"/confirm/" + p.subscribers.ConfirmToken(sub.ID), "/unsubscribe/" + p.subscribers.UnsubscribeToken(sub.ID)} {
		a := p.get(path)
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%v", a.header)
		}
		a.lacks(t, path, `rel="canonical"`)
	}
}

// Every text that a template asks for exists: a missing one would come out as its id.
func TestPages_LackNoText(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	sub := p.asked()
	pages := []answer{p.post("/dalarna/subscribe", form("nobody")), p.post("/dalarna/subscribe", form("bo@example.org"))}
	for _, path := range []string{
		"/", "/dalarna", "/dalarna/" + r.Slug, "/dalarna/topics/natur", "/dalarna/subscribe", "/nowhere", "/confirm/x",
		"/confirm/" + p.subscribers.ConfirmToken(sub.ID), "/unsubscribe/" + p.subscribers.UnsubscribeToken(sub.ID),
	} {
		pages = append(pages, p.get(path))
	}
	for _, a := range pages {
		for _, area := range []string{"newsroom.", "feeds.", "problem.", "fault."} {
			if strings.Contains(a.body, area) {
				t.Errorf("a text of %s is missing in:\n%s", area, a.body)
			}
		}
		if strings.Contains(a.body, "<no value>") {
			t.Errorf("a placeholder is empty in:\n%s", a.body)
		}
	}
}
