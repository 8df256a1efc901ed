package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/releases"
	"dateline/server/auth"
)

// latin1 is "räksmörgås" as a form in ISO 8859-1 sends it, shown how it comes back.
const latin1, shownLatin1 = "r\xe4ksm\xf6rg\xe5s", "r�ksm�rg�s"

func TestForms_WithTextThatIsNotUTF8_AreRefusedAtTheField(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	at := admin.write("Rubriken")
	for field, test := range map[string]struct {
		path  string
		typed url.Values
	}{
		"release-lede":             {"/desk/releases", text("En till")},
		"release-headline":         {at, text("Rubriken")},
		"release-contacts-0-email": {at, text("Rubriken")},
		"comment-text":             {at + "/comments", url.Values{}},
		"newsroom-boilerplate":     {"/desk/settings", newsroomValues(o.newsroom(t, "falun"))},
		"newsroom-email_from":      {"/desk/newsrooms", newsroomValues(releases.Newsroom{Slug: "mora", Name: "Mora", Language: "sv", Zone: "Europe/Stockholm"})},
		"add-outlet":               {"/desk/subscribers", url.Values{"email": {"a@example.se"}, "consent": {"Brev"}}},
		"add-consent":              {"/desk/subscribers", url.Values{"email": {"a@example.se"}}},
		"token-name":               {"/desk/tokens", url.Values{"role": {"writer"}}},
		"account-name":             {o.invite(t, auth.Writer), url.Values{"email": {"bo@example.se"}, "password": {password}}},
	} {
		name := map[string]string{"release-contacts-0-email": "contacts[0].email", "newsroom-email_from": "email_from"}[field]
		if name == "" {
			_, name, _ = strings.Cut(field, "-")
		}
		test.typed.Set("version", "1")
		test.typed.Set(name, latin1)
		a := admin.post(test.path, test.typed)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", field, a.status)
		}
		if !utf8.ValidString(a.body) {
			t.Errorf("%s: the page is not UTF-8", field)
		}
		a.says(t, `<a href="#`+field+`">`, "could not be read", shownLatin1)
	}
	list, _, err := o.deps.Releases.List(t.Context(), releases.ListFilter{})
	if err != nil || len(list) != 1 || list[0].Version != 1 {
		t.Errorf("something was saved: %+v, %v", list, err)
	}
	// What came back is not what was meant either, until somebody has mended it.
	typed := text("En till")
	typed.Set("lede", shownLatin1)
	admin.post("/desk/releases", typed).says(t, `<a href="#release-lede">`)
}

func TestForms_WithTopicsThatThereAreNot_SayWhichAtTheField(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna", "Natur")
	admin := o.officer(t, "anna", auth.Admin)
	typed := text("Rubriken")
	typed["topics"] = []string{"natur", "rymden", "havet"}
	admin.post("/desk/releases", typed).says(t, `<a href="#release-topics">`, "no topic “rymden”", "no topic “havet”")
	typed.Set("email", "a@example.se")
	admin.post("/desk/subscribers", typed).says(t, `<a href="#add-topics">`, "no topic “rymden”", "no topic “havet”")
}

func TestPages_AskedForWithBytesThatAreNoText_AreUTF8(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	admin := o.officer(t, "anna", auth.Admin)
	for _, path := range []string{"/desk/subscribers?q=a%FF", "/desk/mailbox?q=a%FF", "/desk?state=a%FF", "/desk/releases/a%FF"} {
		if a := admin.get(path); !utf8.ValidString(a.body) || a.status == http.StatusInternalServerError {
			t.Errorf("%s: %d, %q", path, a.status, shorten(a.body))
		}
	}
}

func TestSave_WithControlCharacters_TellsInWhichFields(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	typed := text("Rubrik\x00en")
	typed.Set("lede", "Ing\x0bressen")
	typed.Set("contacts[0].role", "Press\x07chef")
	writer.done("/desk/releases", typed).says(t, "There were characters that can't be shown or sent. They were taken out of: Headline, Lede, Role.")
}
