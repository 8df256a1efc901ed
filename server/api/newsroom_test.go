package api

import (
	"net/http"
	"testing"

	"dateline/server/auth"
)

func TestNewsroom_IsMadeReadListedAndChanged(t *testing.T) {
	w := sqlite(t)
	made := w.ask(auth.Admin, "POST", "/newsrooms", fields{
		"slug": "dalarna", "name": "Länsstyrelsen Dalarna", "language": "sv", "zone": "Europe/Stockholm", "email_from": "Press <press@example.com>",
		"reply_to": "svar@example.com", "boilerplate": "Vi finns **nära** dig.", "topics": []string{"Jämställdhet", "Miljö"},
	}).want(http.StatusCreated)
	if got := made.header.Get("Location"); got != "/api/v1/newsrooms/dalarna" {
		t.Errorf("Location is %q", got)
	}
	whole := fields{
		"id": made.str("id"), "slug": "dalarna", "name": "Länsstyrelsen Dalarna", "language": "sv", "zone": "Europe/Stockholm",
		"email_from": "Press <press@example.com>", "reply_to": "svar@example.com", "boilerplate": "Vi finns **nära** dig.",
		"topics": []any{"Jämställdhet", "Miljö"}, "topic_codes": fields{}, "approvals": 1, "url": w.base + "/dalarna",
		"created_at": "2016-10-17T12:00:00.000Z", "updated_at": "2016-10-17T12:00:00.000Z",
	}
	made.has(whole)
	for _, name := range []string{"dalarna", made.str("id")} {
		w.ask(auth.Writer, "GET", "/newsrooms/"+name, nil).want(200).has(whole)
	}
	whole["name"], whole["topics"], whole["approvals"] = "Dalarnas länsstyrelse", []any{"Miljö", "Jämställdhet", "Djur"}, 2
	w.ask(auth.Admin, "PATCH", "/newsrooms/dalarna", fields{
		"name": "Dalarnas länsstyrelse", "topics": []string{"Miljö", "Jämställdhet", "Djur"}, "approvals": 2,
	}).want(200).has(whole)
	if got := w.ask(auth.Writer, "GET", "/newsrooms", nil).want(200).items(); len(got) != 1 || got[0]["slug"] != "dalarna" {
		t.Errorf("the list is %v", got)
	}
}

func TestNewsroom_TopicsTakeCodes_ByName_AndKeepThemWhenOnlyNamesAreGiven(t *testing.T) {
	w := sqlite(t)
	path := "/newsrooms/" + w.newsroom("dalarna")
	codes := fields{"Miljö": "medtop:06000000"}
	w.ask(auth.Admin, "PATCH", path, fields{"topics": []string{"Miljö", "Skola"}, "topic_codes": codes}).want(200).has(fields{"topics": []any{"Miljö", "Skola"}, "topic_codes": codes})
	w.ask(auth.Admin, "PATCH", path, fields{"topics": []string{"Skola", "Miljö"}}).want(200).has(fields{"topic_codes": codes})
	for _, wrong := range []fields{{"Miljö": "06000000"}, {"Sport": "medtop:15000000"}} {
		if faults := w.ask(auth.Admin, "PATCH", path, fields{"topic_codes": wrong}).wrong(); len(faults) != 1 || faults["topic_codes"] == "" {
			t.Errorf("%v: %v", wrong, faults)
		}
	}
	w.ask(auth.Admin, "PATCH", path, fields{"topic_codes": fields{}}).want(200).has(fields{"topic_codes": fields{}})
}

func TestNewsroom_NamesEveryWrongFieldAtOnce(t *testing.T) {
	w := sqlite(t)
	w.newsroom("dalarna")
	wrong := w.ask(auth.Admin, "POST", "/newsrooms", fields{"slug": "Å Ä", "language": "klingonska", "zone": "Europe/Falun", "email_from": "nobody", "approvals": 3}).wrong()
	for _, field := range []string{"slug", "name", "language", "zone", "email_from", "approvals"} {
		if wrong[field] == "" {
			t.Errorf("%s is not named: %v", field, wrong)
		}
	}
	for _, slug := range []string{"dalarna", "api", "desk"} {
		wrong := w.ask(auth.Admin, "POST", "/newsrooms", fields{"slug": slug, "name": "N", "language": "sv", "zone": "UTC", "email_from": "a@example.com"}).wrong()
		if wrong["slug"] == "" || len(wrong) != 1 {
			t.Errorf("%s: %v", slug, wrong)
		}
	}
}

func TestListNewsrooms_Pages(t *testing.T) {
	w := sqlite(t)
	for _, slug := range []string{"a", "b", "c"} {
		w.newsroom(slug)
	}
	first := w.ask(auth.Writer, "GET", "/newsrooms?limit=2", nil).want(200)
	second := w.ask(auth.Writer, "GET", "/newsrooms?limit=2&cursor="+first.str("next_cursor"), nil).want(200)
	if len(first.items()) != 2 || len(second.items()) != 1 || second.str("next_cursor") != "" {
		t.Errorf("pages are %s and %s", first.text, second.text)
	}
}
