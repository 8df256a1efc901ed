package newsroom

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestPassNinjs_IsForWhoAcceptedTheTerms_UntilThePassEnds_AndForNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		secret := p.schedule(sampleText(), time.Hour)
		pass, path := p.give(secret)
		ninjs, unknown := path+"/release.json", "/pass/"+strings.Repeat("A", 22)+"/release.json"
		if a := p.get(ninjs); a.status != http.StatusSeeOther || a.header.Get("Location") != path || a.header.Get("Cache-Control") != "no-store" || a.body != "" {
			t.Errorf("before the terms: %d to %q: %s", a.status, a.header.Get("Location"), a.body)
		}
		cookie := p.accept(path)
		p.get(path, cookie).has(t, "the pass", `<a href="`+ninjs+`" type="application/json">`)
		a := p.get(ninjs, cookie)
		var item struct {
			PubStatus, EmbargoedUntil, URI, EdNote string
			Headlines                              []struct{ Value string }
		}
		if err := json.Unmarshal([]byte(a.body), &item); err != nil || a.status != http.StatusOK {
			t.Fatalf("%d %v: %s", a.status, err, a.body)
		}
		if item.PubStatus != "withheld" || item.EmbargoedUntil != "2016-10-18T04:00:00.000Z" || item.Headlines[0].Value != secret.Text.Headline || !strings.Contains(item.EdNote, "Pia <Lund>, Falu Kuriren") {
			t.Errorf("the holder has %+v", item)
		}
		a.lacks(t, "what is withheld", secret.Slug, "/files/")
		if a.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(a.header.Get("X-Robots-Tag"), "noindex") || a.header.Get("Access-Control-Allow-Origin") != "" || a.header.Get("ETag") != "" {
			t.Errorf("it may be kept or told on: %v", a.header)
		}
		if log := strings.Join(p.openings(pass), " "); log != "accept text ninjs" {
			t.Errorf("the log is %s", log)
		}

		// A stranger has the cookie's name at most, or the public addresses.
		missing := p.get(unknown).String()
		for _, c := range []string{cookie, "Cookie: dateline_pass=1", ""} {
			if got := p.get(unknown, c).String(); got != missing || !strings.HasPrefix(got, "404") {
				t.Errorf("a stranger: %s", got)
			}
		}
		for _, public := range []string{"/dalarna/" + secret.Slug + ".json", "/dalarna/feed.ninjs", "/feed.ninjs", "/dalarna/feed.newsml"} {
			p.get(public, cookie).lacks(t, public, "embargoedUntil", "withheld", secret.ID, "avgör")
		}

		if err := p.passes.Revoke(t.Context(), officer, secret.ID, pass.ID); err != nil {
			t.Fatal(err)
		}
		if got := p.get(ninjs, cookie).String(); got != missing {
			t.Errorf("revoked it is not as one that never was: %s", got)
		}
	})
}

func TestPassNinjs_OfAPassThatHasExpired_OrAReleaseThatIsOut(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	secret := p.schedule(sampleText(), time.Hour)
	_, path := p.give(secret)
	cookie := p.accept(path)
	short := must[releases.Pass](t)(p.passes.Give(t.Context(), officer, secret.ID, releases.PassInput{Name: "Bo", Outlet: "Tidningen", Email: "bo@example.com", ExpiresAt: p.now().Add(time.Minute).Format(time.RFC3339)}))
	brief := "/pass/" + must[releases.PassLetter](t)(p.passes.Letter(t.Context(), short.ID)).Token
	kept := p.accept(brief)
	p.set(p.now().Add(time.Minute))
	if a := p.get(brief+"/release.json", kept); a.status != http.StatusNotFound {
		t.Errorf("expired: %d %s", a.status, a.body)
	}
	p.set(secret.LiftAt)
	a := p.get(path+"/release.json", cookie)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != baseURL+"/dalarna/"+secret.Slug+".json" {
		t.Errorf("at the lift: %d to %q", a.status, a.header.Get("Location"))
	}
	p.shows("/dalarna/"+secret.Slug+".json", `"pubStatus": "usable"`).lacks(t, "what is public", "embargoedUntil")
}
