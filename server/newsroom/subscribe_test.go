package newsroom

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/server/database/dbtest"
	"dateline/subscribers"
)

func form(email string, more ...string) url.Values {
	f := url.Values{"email": {email}, "name": {"Åsa Ek"}, "outlet": {"Dala-Demokraten"}, "language": {"sv"}}
	for i := 0; i < len(more); i += 2 {
		f.Add(more[i], more[i+1])
	}
	return f
}

// only is the one subscriber there is.
func (p *press) only() subscribers.Subscriber {
	p.t.Helper()
	items, _, err := p.subscribers.List(p.t.Context(), subscribers.ListFilter{NewsroomID: p.newsroom.ID})
	if err != nil || len(items) != 1 {
		p.t.Fatalf("%d subscribers, %v", len(items), err)
	}
	return items[0]
}

func TestSubscribe_AsksByLetter_AndKeepsWhatWasAgreedTo(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	page := p.shows("/dalarna/subscribe", "Jag vill få nyheter från Länsstyrelsen Dalarna")

	a := p.post("/dalarna/subscribe", form("asa@example.org", "topics", "natur"))

	if a.status != http.StatusOK {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	a.has(t, "the answer", "Titta i din inkorg", "asa@example.org")
	sub := p.only()
	if sub.State != subscribers.StatePending || sub.Name != "Åsa Ek" || sub.Outlet != "Dala-Demokraten" || strings.Join(sub.Topics, ",") != "natur" {
		t.Errorf("kept: %+v", sub)
	}
	if !strings.Contains(page.body, sub.Consent) || sub.Consent == "" {
		t.Errorf("the consent %q is not what the page said", sub.Consent)
	}
	if len(p.letters.letters) != 1 {
		t.Fatalf("%d letters", len(p.letters.letters))
	}
	if l := p.letters.letters[0]; l.Kind != "confirm" || l.Recipient != "asa@example.org" || l.Data["subscriber"] != sub.ID || l.Language != "sv" {
		t.Errorf("letter %+v", l)
	}
}

func TestSubscribe_AnswersTheSame_WhateverTheAddressIs(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	// Known in capitals, so that nothing stored may show in the answer.
	p.post("/dalarna/subscribe", form("ASA@example.org"))
	unknown := p.post("/dalarna/subscribe", form("nyy@example.org"))
	same := func(state string) {
		t.Helper()
		a := p.post("/dalarna/subscribe", form("asa@example.org"))
		if want := strings.ReplaceAll(unknown.String(), "nyy@example.org", "asa@example.org"); a.String() != want {
			t.Errorf("%s is told apart:\n%s\n%s", state, a, want)
		}
	}
	id := p.letters.letters[0].Data["subscriber"]
	same("a pending address")
	if _, err := p.subscribers.Confirm(t.Context(), officer, p.subscribers.ConfirmToken(id)); err != nil {
		t.Fatal(err)
	}
	same("a confirmed address")
	if last := p.letters.letters[len(p.letters.letters)-1]; last.Kind != "already_subscribed" {
		t.Errorf("a confirmed address is sent %q", last.Kind)
	}
	posted := len(p.letters.letters)
	same("an address that has had letters enough")
	if err := p.subscribers.Suppress(t.Context(), officer, "asa@example.org", "", "bounce", ""); err != nil {
		t.Fatal(err)
	}
	same("a suppressed address")
	if len(p.letters.letters) != posted {
		t.Errorf("%d letters too many", len(p.letters.letters)-posted)
	}
}

func TestSubscribe_WrongInput_IsToldAtTheField_AndNothingTypedIsLost(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	a := p.post("/dalarna/subscribe?language=en", form("nobody", "topics", "natur", "topics", "no-such-topic"))
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.status)
	}
	a.has(t, "the form", "2 fields need to be corrected.", `<a href="#email">Email address: `, `<a href="#topics">Topics: `,
		`aria-describedby="email-wrong"`, `id="email-wrong"`, `value="nobody"`, `value="Åsa Ek"`, `value="Dala-Demokraten"`,
		`value="natur" checked`, `<html lang="en">`, `action="/dalarna/subscribe?language=en"`)
	if len(p.letters.letters) != 0 {
		t.Error("a letter was posted")
	}
}

func TestSubscribe_WhatABotFillsIn_DoesNothing(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	people := p.post("/dalarna/subscribe", form("asa@example.org"))
	bot := p.post("/dalarna/subscribe", form("asa@example.org", "website", "https://spam.example"))
	if people.String() != bot.String() || len(p.letters.letters) != 1 {
		t.Errorf("a bot is told apart, or %d letters", len(p.letters.letters))
	}
}

func TestSubscribe_TooOftenFromOneAddress_IsRefused(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for i := range asks {
		if a := p.post("/dalarna/subscribe", form("asa@example.org")); a.status != http.StatusOK {
			t.Fatalf("request %d is %d", i+1, a.status)
		}
	}
	// A proxy's header must not make a stranger another one.
	if a := p.post("/dalarna/subscribe", form("bo@example.org"), "X-Forwarded-For: 198.51.100.7"); a.status != http.StatusTooManyRequests {
		t.Errorf("one request too many is %d", a.status)
	}
	p.set(p.now().Add(2 * asksWithin))
	if a := p.post("/dalarna/subscribe", form("bo@example.org")); a.status != http.StatusOK {
		t.Errorf("later it is %d", a.status)
	}
}

func TestSubscribe_FromAnotherSite_IsRefused(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	if a := p.post("/dalarna/subscribe", form("asa@example.org"), "Sec-Fetch-Site: cross-site"); a.status != http.StatusForbidden || len(p.letters.letters) != 0 {
		t.Errorf("%d, %d letters", a.status, len(p.letters.letters))
	}
}

func TestSubscribe_ByMultipart_IsTheSame(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, field := range [][2]string{{"email", "asa@example.org"}, {"topics", "natur"}, {"topics", "manskliga-rattigheter"}} {
		part, err := w.CreateFormField(field[0])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, field[1])
	}
	w.Close()
	a := p.ask("POST", "/dalarna/subscribe", &body, "Content-Type: "+w.FormDataContentType())
	if sub := p.only(); a.status != http.StatusOK || len(sub.Topics) != 2 {
		t.Errorf("%d %+v", a.status, sub)
	}
}

func TestSubscribe_OnATopicsPage_IsToTheTopic(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.shows("/dalarna/topics/natur/", "Få nyheterna om Natur med e-post", `<input type="hidden" name="topics" value="natur">`)
	p.shows("/dalarna", "Få nyheterna med e-post").lacks(t, "the front", `name="topics"`)
}

func TestSubscribe_FromAnEnglishPage_IsInEnglish(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.shows("/dalarna/subscribe?language=en", `<html lang="en">`, "I want news", `<option value="en" lang="en" selected>English`)
	p.shows("/dalarna/subscribe?language=xx", `<html lang="sv">`)
}

func TestSubscribe_WithTextThatIsNotUTF8_IsRefusedAtTheField(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for _, field := range []string{"email", "name", "outlet", "language"} {
		f := form("asa@example.org")
		f.Set(field, "a\xff@example.org")
		a := p.post("/dalarna/subscribe", f)
		if a.status != http.StatusUnprocessableEntity || !utf8.ValidString(a.body) {
			t.Errorf("%s: %d, %q", field, a.status, a.body)
		}
		a.has(t, field, `href="#`+field+`"`)
		if field != "language" { // which is chosen, never typed
			a.has(t, field, "inte att läsa", `value="a�@example.org"`)
		}
	}
	if len(p.letters.letters) != 0 {
		t.Errorf("letters: %+v", p.letters.letters)
	}
	if a := p.get("/dalarna/search?q=a%FF"); !utf8.ValidString(a.body) {
		t.Errorf("the search page is not UTF-8: %q", a.body)
	}
}
