package api

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"dateline/server/auth"
	"dateline/server/web"
)

func TestSubscriber_AddedAsConfirmed_IsReadChangedAndErased(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/subscribers"
	made := w.ask(auth.Approver, "POST", path, fields{
		"email": "Åsa@länsstyrelsen.se", "name": "Åsa Öberg", "outlet": "Dala-Demokraten", "topics": []string{"miljo"}, "confirmed": true, "consent": "Bad om det i telefon",
	}).want(http.StatusCreated).has(fields{
		"newsroom": "dalarna", "email": "Åsa@länsstyrelsen.se", "name": "Åsa Öberg", "outlet": "Dala-Demokraten", "language": "sv", "frequency": "immediate",
		"topics": []any{"Miljö"}, "state": "confirmed", "consent": "Bad om det i telefon", "confirmed_at": "2016-10-17T12:00:00.000Z",
	})
	one := "/subscribers/" + made.str("id")
	if got := made.header.Get("Location"); got != Root+one {
		t.Errorf("Location is %q", got)
	}
	w.ask(auth.Approver, "POST", path, fields{"email": "Åsa@länsstyrelsen.se"}).problem(http.StatusConflict)
	w.ask(auth.Approver, "PATCH", one, fields{"language": "en", "topics": []string{}}).want(200).has(fields{"name": "Åsa Öberg", "language": "en", "topics": []any{}})
	if wrong := w.ask(auth.Approver, "PATCH", one, fields{"email": "annan@example.com"}).wrong(); !strings.Contains(wrong["email"], "can't be changed") {
		t.Errorf("wrong: %v", wrong)
	}
	w.ask(auth.Approver, "PATCH", one, fields{"email": "Åsa@länsstyrelsen.se", "outlet": "Dala-Demokraten"}).want(200).has(fields{"email": "Åsa@länsstyrelsen.se"})
	w.ask(auth.Approver, "GET", one, nil).want(200).has(fields{"language": "en"})
	if r := w.ask(auth.Approver, "DELETE", one, nil).want(http.StatusNoContent); r.text != "" {
		t.Errorf("204 has a body: %q", r.text)
	}
	w.ask(auth.Approver, "GET", one, nil).problem(http.StatusNotFound)
	w.ask(auth.Approver, "DELETE", one, nil).problem(http.StatusNotFound)
	if len(w.engine.letters) != 0 {
		t.Errorf("letters were posted: %v", w.engine.letters)
	}
}

func TestSubscriber_AddedWithoutConsent_IsAskedByLetter(t *testing.T) {
	w := sqlite(t)
	s := w.ask(auth.Approver, "POST", "/newsrooms/"+w.newsroom("dalarna")+"/subscribers", fields{"email": "asa@example.com", "language": "en"}).
		want(http.StatusCreated).has(fields{"state": "pending", "confirmed_at": nil})
	if len(w.engine.letters) != 1 {
		t.Fatalf("%d letters were posted", len(w.engine.letters))
	}
	if l := w.engine.letters[0]; l.Kind != "confirm" || l.Recipient != "asa@example.com" || l.Language != "en" || l.Data["subscriber"] != s.str("id") {
		t.Errorf("the letter is %+v", l)
	}
}

func TestSubscriber_NamesEveryWrongFieldAtOnce(t *testing.T) {
	w := sqlite(t)
	wrong := w.ask(auth.Approver, "POST", "/newsrooms/"+w.newsroom("dalarna")+"/subscribers", fields{
		"email": "nobody", "language": "xx-nowhere", "topics": []string{"Rymden"}, "frequency": "hourly", "confirmed": true,
	}).wrong()
	for _, field := range []string{"email", "language", "topics[0]", "frequency", "consent"} {
		if wrong[field] == "" {
			t.Errorf("%s is not named: %v", field, wrong)
		}
	}
}

func TestSubscribers_AreListedByStateAndSearch(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/subscribers"
	for i := range 3 {
		w.ask(auth.Approver, "POST", path, fields{"email": fmt.Sprintf("a%d@example.com", i), "outlet": "Ö-bladet", "confirmed": true, "consent": "ja"}).want(201)
	}
	w.ask(auth.Approver, "POST", path, fields{"email": "later@example.com"}).want(201)
	first := w.ask(auth.Approver, "GET", path+"?limit=3", nil).want(200)
	second := w.ask(auth.Approver, "GET", path+"?limit=3&cursor="+first.str("next_cursor"), nil).want(200)
	if len(first.items()) != 3 || len(second.items()) != 1 || second.str("next_cursor") != "" {
		t.Errorf("pages are %s and %s", first.text, second.text)
	}
	for query, want := range map[string]int{"?state=pending": 1, "?search=%C3%B6-BLADET": 3, "?search=nobody": 0} {
		if got := w.ask(auth.Approver, "GET", path+query, nil).want(200).items(); len(got) != want {
			t.Errorf("%s gives %d, want %d", query, len(got), want)
		}
	}
}

func TestImport_TakesTheGoodLines_AndListsTheBad(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/subscribers"
	list := "email;name;favourite\nasa@example.com;Åsa;\nnobody;;\nolle@example.com;Olle;\n"
	send := func() reply {
		return w.request(w.token[auth.Approver], "POST", path+"/import?consent=Lista+fr%C3%A5n+2016", "text/csv", strings.NewReader(list)).want(200)
	}
	r := send().has(fields{"added": 2, "updated": 0, "unchanged": 0, "ignored": []any{"favourite"}})
	refused := r.body["refused"].([]any)
	if len(refused) != 1 {
		t.Fatalf("refused: %v", refused)
	}
	if one := refused[0].(fields); one["line"] != 3.0 || one["field"] != "email" || !strings.Contains(one["reason"].(string), "nobody") {
		t.Errorf("refused: %v", one)
	}
	send().has(fields{"added": 0, "unchanged": 2})
	if wrong := w.request(w.token[auth.Approver], "POST", path+"/import", "text/csv", strings.NewReader("a,b\n1,2\n")).wrong(); len(wrong) != 1 {
		t.Errorf("a list without addresses: %v", wrong)
	}

	out := w.ask(auth.Approver, "GET", path+".csv", nil).want(200)
	if kind := out.header.Get("Content-Type"); kind != "text/csv; charset=utf-8" {
		t.Errorf("it comes as %q", kind)
	}
	if !strings.Contains(out.text, "Åsa") || !strings.Contains(out.text, "Lista från 2016") {
		t.Errorf("the list is %q", out.text)
	}
	w.request(w.token[auth.Approver], "POST", path+"/import", "text/csv", strings.NewReader(out.text)).want(200).has(fields{"added": 0, "unchanged": 2, "refused": []any{}})
}

func TestImport_StreamsAListOfManyMegabytes_AndRefusesOneTooLarge(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna") + "/subscribers/import?consent=ja"
	megabyte := strings.Repeat(strings.Repeat(" ", 1<<14-1)+"\n", 1<<6) // of lines that name nobody
	list := func(megabytes int) io.Reader {
		parts := []io.Reader{strings.NewReader("email\nasa@example.com\n")}
		for range megabytes {
			parts = append(parts, strings.NewReader(megabyte))
		}
		return io.MultiReader(append(parts, strings.NewReader("olle@example.com\n"))...)
	}
	w.request(w.token[auth.Approver], "POST", path, "text/csv", list(3)).want(200).has(fields{"added": 2})
	w.request(w.token[auth.Approver], "POST", path, "text/csv", list(web.MaxFile>>20)).problem(http.StatusRequestEntityTooLarge)
}
