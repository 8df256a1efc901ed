package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dateline/server/auth"
)

func TestRelease_IsLinkedAsATranslation_AndTakenOut_AsTheHistoryTells(t *testing.T) {
	o := newOffice(t, "https://press.example")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	swedish, english := writer.write("Ny bro över älven"), writer.write("New bridge")
	in := func(language, of string) url.Values {
		form := text("New bridge")
		form.Set("language", language)
		form.Set("translation_of", of)
		form.Set("version", writer.get(english).hidden(t, "version"))
		return form
	}

	// Refused, what was typed stays.
	for of, why := range map[string]string{"https://press.example" + swedish: "is in that language (sv) already", "https://press.example/desk/releases/nothing": "has no release “nothing”"} {
		a := writer.post(english, in("sv", of))
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", of, a.status)
		}
		a.says(t, why, `href="#release-translation_of"`, `value="`+of+`"`)
	}

	// It takes an address as it stands in the browser, and shows one that can be opened.
	id := swedish[strings.LastIndex(swedish, "/")+1:]
	for _, given := range []string{"https://press.example" + swedish + "/", "https://press.example/r/" + id, id} {
		writer.done(english, in("en", given))
		writer.get(english).says(t, `value="https://press.example`+swedish+`"`)
		writer.get(swedish).says(t, `value="https://press.example`+english+`"`)
		writer.done(english, in("en", ""))
		if a := writer.get(swedish); strings.Contains(a.body, `value="https://press.example`+english+`"`) {
			t.Error("taken out, the other still names it")
		}
	}
	writer.get(english+"/history").says(t, "Linked it with a translation", "a translation of “Ny bro över älven”", "Took it out of its translations", "Saved a new version")

	made := writer.post("/desk/releases", in("en-GB", "https://press.example"+swedish)).header.Get("Location")
	writer.get(made).says(t, `value="https://press.example`+swedish+`"`)
	writer.get(made+"/history").says(t, "Wrote the first version", "a translation of “Ny bro över älven”")
}
