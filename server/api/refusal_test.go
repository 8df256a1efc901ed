package api

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"dateline/server/auth"
	"dateline/server/web"
)

func TestCreate_RefusesWhatIsNoJSON_AndSaysWhere(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/releases"
	for _, c := range []struct{ about, body, told string }{
		{"cut off", "{\"headline\": \"Öppet\",\n \"body\": ", "line 2"},
		{"a comma too many", `{"headline": "Ö",}`, "line 1, column 18"},
		{"words", `headline: Öppet hus`, "line 1"},
		{"two objects", `{} {}`, "line 1"},
		{"nothing", "", "JSON body"},
		{"blanks", "  \n ", "JSON"},
		{"Latin-1", "{\"headline\": \"\xd6ppet hus\"}", "UTF-8"},
	} {
		if r := w.ask(auth.Writer, "POST", path, c.body).problem(http.StatusBadRequest); !strings.Contains(r.str("detail"), c.told) {
			t.Errorf("%s: %s", c.about, r.text)
		}
	}
	w.request(w.token[auth.Writer], "POST", path, "application/x-www-form-urlencoded", strings.NewReader(`headline=x`)).problem(http.StatusUnsupportedMediaType)
	w.request(w.token[auth.Writer], "POST", path, "application/json; charset=utf-8", strings.NewReader(`{"headline": "x"}`)).want(http.StatusCreated)
	w.request(w.token[auth.Writer], "POST", path, "", strings.NewReader(`{"headline": "x"}`)).want(http.StatusCreated)
}

func TestCreate_RefusesFieldsThatThereAreNot_AndThoseOfAnotherShape(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/releases"
	for body, named := range map[string][]string{
		`{"headline": "x", "colour": "red", "embargo": true}`:                   {"colour", "embargo"},
		`{"headline": 5, "topics": "Miljö", "contacts": [{"fax": "1"}, "Åsa"]}`: {"headline", "topics", "contacts[0].fax", "contacts[1]"},
		`[]`:              {"body"},
		`null`:            {"body"},
		`"headline"`:      {"body"},
		`{"version": 1}`:  {"version"},
		`{"topics": [1]}`: {"topics[0]"},
	} {
		wrong := w.ask(auth.Writer, "POST", path, body).wrong()
		for _, field := range named {
			if wrong[field] == "" {
				t.Errorf("%s: %s is not named: %v", body, field, wrong)
			}
		}
	}
	if items := w.ask(auth.Writer, "GET", path, nil).items(); len(items) != 0 {
		t.Errorf("something was saved: %v", items)
	}
	id := w.release("dalarna")
	for _, version := range []string{`"1"`, `1.5`, `1.0`, `1e30`, `true`} {
		if wrong := w.ask(auth.Writer, "PATCH", "/releases/"+id, `{"version": `+version+`}`).wrong(); len(wrong) != 1 {
			t.Errorf("version %s: %v", version, wrong)
		}
	}
}

func TestCreate_TakesABodyOfOneMegabyteAndNotMore(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/releases"
	body := `{"headline": "Öppet hus", "body": "Välkommen!"}`
	fill := strings.Repeat(" ", web.MaxBody-len(body))
	w.ask(auth.Writer, "POST", path, body+fill).want(http.StatusCreated)
	w.ask(auth.Writer, "POST", path, body+fill+" ").problem(http.StatusRequestEntityTooLarge)
	chunked := struct{ io.Reader }{strings.NewReader(body + fill + fill + fill)}
	w.request(w.token[auth.Writer], "POST", path, "application/json", chunked).problem(http.StatusRequestEntityTooLarge)
}

func TestUnknownAddresses_AreProblems(t *testing.T) {
	w := sqlite(t)
	for _, path := range []string{"", "/", "/nowhere", "/newsrooms/nowhere", "/releases/nothing", "/releases/nothing/files", "/openapi.yaml", "/docs", "/schemas/x.json"} {
		w.ask(auth.Admin, "GET", path, nil).problem(http.StatusNotFound)
	}
	if allow := w.ask(auth.Admin, "PUT", "/releases/nothing", nil).problem(http.StatusMethodNotAllowed).header.Get("Allow"); allow != "DELETE, GET, PATCH" {
		t.Errorf("Allow is %q", allow)
	}
}

func TestProblems_SpeakTheLanguageAskedFor(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	for language, want := range map[string]string{"sv-SE,en;q=0.5": "fält", "en": "field", "fi": "field"} {
		r := w.request(w.token[auth.Writer], "POST", "/newsrooms/"+n+"/releases", "application/json", strings.NewReader(`{"colour": 1}`), "Accept-Language: "+language)
		if wrong := r.wrong(); !strings.Contains(wrong["colour"], want) {
			t.Errorf("%s: %v", language, wrong)
		}
	}
}

func TestAnswers_AreKeptByNobody(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	for _, r := range []reply{
		w.ask(auth.Writer, "GET", "/newsrooms/"+n, nil), w.ask(auth.Writer, "GET", "/nowhere", nil), w.askAs("", "GET", "/newsrooms", nil),
		w.ask(auth.Writer, "POST", "/newsrooms", fields{}), w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", strings.Repeat(" ", web.MaxBody+1)),
	} {
		if got := r.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s (%d) has Cache-Control %q", r.asked, r.status, got)
		}
	}
}

func TestFaultOfTheMachine_IsInTheLogAndNotInTheAnswer(t *testing.T) {
	w := sqlite(t)
	id := w.release(w.newsroom("dalarna"))
	if _, err := w.db.Exec(`DROP TABLE history_head`); err != nil {
		t.Fatal(err)
	}
	if r := w.ask(auth.Writer, "POST", "/releases/"+id+"/submit", nil).problem(http.StatusInternalServerError); strings.Contains(r.text, "history") {
		t.Errorf("it tells %s", r.text)
	}
	w.eventually("the log tells it once", func() bool { return strings.Count(w.log.String(), "history_head") == 1 })
}
