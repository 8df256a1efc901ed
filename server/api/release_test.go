package api

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"dateline/server/auth"
	"dateline/server/database/dbtest"
)

// corpus is a real release as it was sent, which every character must survive.
func corpus(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../shared/corpus/lansstyrelsen-dalarna-2016-10-18.sv.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func TestRelease_FromDraftToLive_OnBothEngines(t *testing.T) {
	body := corpus(t)
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		w := newWorld(t, db)
		n := w.newsroom("dalarna")

		made := w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", fields{
			"headline": "Idag startar nationell satsning – “du avgör”", "lede": "7,5 procent", "body": body, "dateline": "Falun",
			"topics":   []string{"Jämställdhet"},
			"contacts": []fields{{"name": "Kerstin Bergman", "role": "sakkunnig", "phone": "010-2250425", "email": "kerstin@länsstyrelsen.se"}},
		}).want(201).has(fields{
			"newsroom": n, "version": 1, "state": "draft", "approved_version": 0, "lift_at": nil, "zone": "Europe/Stockholm",
			"headline": "Idag startar nationell satsning – “du avgör”", "body": body, "language": "sv", "kind": "press-release",
			"topics": []any{"Jämställdhet"}, "dateline": "Falun", "backdated": false,
			"created_at": "2016-10-17T12:00:00.000Z", "notices": []any{},
		})
		id := made.str("id")
		if got := made.header.Get("Location"); got != "/api/v1/releases/"+id {
			t.Errorf("Location is %q", got)
		}
		if want := w.base + "/" + n + "/" + made.str("slug"); made.str("url") != want || made.str("short_url") != w.base+"/r/"+id {
			t.Errorf("addresses are %s and %s", made.str("url"), made.str("short_url"))
		}
		w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": 1, "lede": "7,5 procent av männen"}).want(200).
			has(fields{"version": 2, "lede": "7,5 procent av männen", "body": body, "slug": made.str("slug")})
		w.ask(auth.Writer, "POST", "/releases/"+id+"/submit", nil).want(200).has(fields{"state": "submitted", "submitted_by": "writer"})
		hash := w.ask(auth.Writer, "GET", "/releases/"+id, nil).want(200).str("hash")
		w.ask(auth.Approver, "POST", "/releases/"+id+"/approve", fields{"version": 2, "hash": hash}).want(200).
			has(fields{"state": "approved", "approved_version": 2, "approved_by": "approver"})
		w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", fields{"lift_at": "2016-10-18T06:00", "zone": "Europe/Stockholm"}).want(200).
			has(fields{"state": "scheduled", "lift_at": "2016-10-18T04:00:00.000Z", "lift_local": "2016-10-18T06:00", "zone": "Europe/Stockholm"})
		w.clock.set(time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC))
		w.ask(auth.Writer, "GET", "/releases/"+id, nil).want(200).has(fields{"state": "live", "body": body})
		if got := w.ask(auth.Writer, "GET", "/releases/"+id+"/versions", nil).want(200).items(); len(got) != 2 || got[0]["number"] != 2.0 || got[1]["lede"] != "7,5 procent" {
			t.Errorf("versions: %v", got)
		}
		if w.engine.wakes < 2 {
			t.Errorf("the timer was woken %d times", w.engine.wakes)
		}
	})
}

func TestCreateRelease_NamesEveryWrongFieldAtOnce(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	wrong := w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", fields{
		"headline": " ", "language": "xx-nowhere", "kind": "poem", "topics": []string{"Miljö", "Rymden"},
		"contacts": []fields{{"name": "Å", "email": "nobody"}, {"phone": "ring mig"}},
	}).wrong()
	for _, field := range []string{"headline", "language", "kind", "topics[1]", "contacts[0].email", "contacts[1].name", "contacts[1].phone"} {
		if wrong[field] == "" {
			t.Errorf("%s is not named: %v", field, wrong)
		}
	}
	if !strings.Contains(wrong["topics[1]"], "Jämställdhet") {
		t.Errorf("the topics that there are are not told: %q", wrong["topics[1]"])
	}
}

func TestCreateRelease_TellsOfWhatItTookOut(t *testing.T) {
	w := sqlite(t)
	r := w.ask(auth.Writer, "POST", "/newsrooms/"+w.newsroom("dalarna")+"/releases", fields{"headline": "Öppet\u0000 hus", "body": "a\u0007b ![c](d)"}).want(201)
	r.has(fields{"headline": "Öppet hus", "body": "ab ![c](d)"})
	if notices, _ := r.body["notices"].([]any); len(notices) != 3 || !strings.Contains(fmt.Sprint(notices[2]), "not shown: ![c](d).") {
		t.Errorf("notices: %v", r.body["notices"])
	}
}

func TestCreateRelease_TakesTheSlugItIsGiven_WithASuffixWhenTaken(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	give := fields{"headline": "Öppet hus", "slug": "du-avgor", "kind": "news", "language": "en-GB"}
	w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", give).want(201).has(fields{"slug": "du-avgor", "kind": "news", "language": "en-GB"})
	second := w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", give).want(201)
	if slug := second.str("slug"); slug == "du-avgor" || !strings.HasPrefix(slug, "du-avgor") {
		t.Errorf("the second slug is %q", slug)
	}
}

func TestEditRelease_KeepsWhatIsLeftOut_AndReplacesLists(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	id := w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", fields{
		"headline": "Öppet hus", "body": "Välkommen!", "topics": []string{"miljo", "Jämställdhet"}, "contacts": []fields{{"name": "Åsa"}},
	}).want(201).str("id")
	w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": 1, "headline": "Öppet hus i Falun"}).want(200).has(fields{
		"version": 2, "headline": "Öppet hus i Falun", "body": "Välkommen!", "topics": []any{"Miljö", "Jämställdhet"},
		"contacts": []any{fields{"name": "Åsa", "role": "", "phone": "", "email": ""}},
	})
	w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": 2, "topics": []string{}, "contacts": []fields{}, "body": nil}).want(200).
		has(fields{"topics": []any{}, "contacts": []any{}, "body": "Välkommen!"})
}

func TestEditRelease_OfAStaleVersionIsAConflict_AndTellsHowItStands(t *testing.T) {
	w := sqlite(t)
	id := w.release(w.newsroom("dalarna"))
	w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": 1, "headline": "Först"}).want(200)
	r := w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": 1, "headline": "Sedan"}).problem(409)
	if got := fmt.Sprint(r.body["current"]); got != "map[state:draft version:2]" {
		t.Errorf("current is %s", got)
	}
	w.ask(auth.Writer, "GET", "/releases/"+id, nil).want(200).has(fields{"headline": "Först"})
	if wrong := w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"headline": "Utan"}).wrong(); wrong["version"] == "" {
		t.Errorf("the missing version is not named: %v", wrong)
	}
}

func TestListReleases_PagesThroughEveryOneOnce_AndNarrowsByState(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	for range 5 {
		w.release(n)
	}
	approved := w.approved(n)
	seen := map[string]bool{}
	path := "/newsrooms/" + n + "/releases?limit=4"
	for cursor := ""; ; {
		page := w.ask(auth.Writer, "GET", path+cursor, nil).want(200)
		for _, item := range page.items() {
			seen[item["id"].(string)] = true
		}
		if page.str("next_cursor") == "" {
			break
		}
		cursor = "&cursor=" + page.str("next_cursor")
	}
	if len(seen) != 6 {
		t.Errorf("saw %d releases, want 6", len(seen))
	}
	only := w.ask(auth.Writer, "GET", "/newsrooms/"+n+"/releases?state=approved", nil).want(200).items()
	if len(only) != 1 || only[0]["id"] != approved {
		t.Errorf("approved are %v", only)
	}
	if wrong := w.ask(auth.Writer, "GET", "/newsrooms/"+n+"/releases?state=lost&limit=501&cursor=x", nil).wrong(); wrong["state"] == "" || wrong["limit"] == "" {
		t.Errorf("wrong: %v", wrong)
	}
	for _, limit := range []string{"0", "-1", "ten", "1.5"} {
		if wrong := w.ask(auth.Writer, "GET", "/newsrooms/"+n+"/releases?limit="+limit, nil).wrong(); !strings.Contains(wrong["limit"], "500") {
			t.Errorf("limit=%s: %v", limit, wrong)
		}
	}
	if wrong := w.ask(auth.Writer, "GET", "/newsrooms/"+n+"/releases?cursor=x", nil).wrong(); wrong["cursor"] == "" {
		t.Errorf("a wrong cursor: %v", wrong)
	}
}

func TestListVersions_Pages(t *testing.T) {
	w := sqlite(t)
	id := w.release(w.newsroom("dalarna"))
	for version := 1; version < 3; version++ {
		w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": version, "lede": fmt.Sprint("nr ", version)}).want(200)
	}
	first := w.ask(auth.Writer, "GET", "/releases/"+id+"/versions?limit=2", nil).want(200)
	second := w.ask(auth.Writer, "GET", "/releases/"+id+"/versions?limit=2&cursor="+first.str("next_cursor"), nil).want(200)
	if a, b := first.items(), second.items(); len(a) != 2 || len(b) != 1 || b[0]["number"] != 1.0 || second.str("next_cursor") != "" {
		t.Errorf("pages are %v and %v", a, b)
	}
	if wrong := w.ask(auth.Writer, "GET", "/releases/"+id+"/versions?cursor=99", nil).wrong(); wrong["cursor"] == "" {
		t.Errorf("a wrong cursor: %v", wrong)
	}
}

func TestRelease_IsLinkedAsATranslation_ByPATCH_AndTakenOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		w := newWorld(t, db)
		n := w.newsroom("dalarna")
		in := func(language string, more fields) string {
			body := fields{"headline": "Nyhet " + language, "language": language}
			for name, value := range more {
				body[name] = value
			}
			return w.ask(auth.Writer, "POST", "/newsrooms/"+n+"/releases", body).want(201).str("id")
		}
		swedish, english := in("sv", nil), in("en", nil)
		of := func(id, other string, version int) reply {
			return w.ask(auth.Writer, "PATCH", "/releases/"+id, fields{"version": version, "translation_of": other})
		}
		of(english, swedish, 1).want(200).has(fields{"translation_of": swedish, "version": 1, "headline": "Nyhet en"})
		w.ask(auth.Writer, "GET", "/releases/"+swedish, nil).want(200).has(fields{"translation_of": english})
		finnish := in("fi", fields{"translation_of": english})
		w.ask(auth.Writer, "PATCH", "/releases/"+finnish, fields{"version": 1, "lede": "Ingress"}).want(200).has(fields{"version": 2})
		if linked := w.ask(auth.Writer, "GET", "/releases/"+finnish, nil).want(200).str("translation_of"); linked != swedish && linked != english {
			t.Errorf("a change of the text took it out: %q", linked)
		}
		for _, other := range []string{"nothing", english} {
			if wrong := of(english, other, 1).wrong(); len(wrong) != 1 || wrong["translation_of"] == "" {
				t.Errorf("%s: %v", other, wrong)
			}
		}
		if wrong := of(in("en", nil), swedish, 1).wrong(); wrong["translation_of"] == "" {
			t.Errorf("a second one in English: %v", wrong)
		}
		of(english, "", 1).want(200).has(fields{"translation_of": ""})
		w.ask(auth.Writer, "GET", "/releases/"+swedish, nil).want(200).has(fields{"translation_of": finnish})
	})
}
