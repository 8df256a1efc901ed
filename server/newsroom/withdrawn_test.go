package newsroom

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// everywhere are the ways to a release of Dalarna.
func everywhere(r releases.Release) []string {
	return []string{
		"/dalarna", "/dalarna/" + r.Slug, "/dalarna/" + r.Slug + ".txt", "/r/" + r.ID, "/dalarna/topics/natur", "/", "/dalarna/" + r.Slug + "/changes/1",
		"/dalarna/feed.atom", "/dalarna/feed.rss", "/dalarna/feed.json", "/dalarna/topics/natur/feed.atom", "/dalarna/feed.json?language=sv",
	}
}

func (p *press) withdraw(r releases.Release, in releases.WithdrawInput) {
	p.t.Helper()
	must[releases.Release](p.t)(p.desk.Withdraw(p.t.Context(), officer, r.ID, in))
}

func TestWithdrawn_KeepsItsAddressWithTheNotice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		wrong, right := p.publish(sampleText()), p.publish(releases.Text{Headline: "Rätt siffror"})
		p.set(p.now().Add(time.Hour))
		p.withdraw(wrong, releases.WithdrawInput{Reason: "Siffrorna stämde inte.", Replacement: right.ID})
		page := p.shows("/dalarna/"+wrong.Slug, "Det här har dragits tillbaka", "Siffrorna stämde inte.", "Idag öppnar", "Rätt siffror", "/dalarna/ratt-siffror", "noindex")
		page.lacks(t, "the notice", "Sju av tio", "Första stycket", "010-225")
		if a := p.get("/dalarna/" + wrong.Slug + ".txt"); a.status != http.StatusGone || strings.Contains(a.body, "Sju av tio") {
			t.Errorf("as text: %d %s", a.status, a.body)
		}
		p.shows("/dalarna/"+wrong.Slug+".json", `"pubStatus": "canceled"`, `"version": "2"`, "Tillbakadraget: Idag", "Siffrorna stämde inte.").
			lacks(t, "as ninjs", "Sju av tio", "Första stycket", "010-225", "embargoedUntil")
		p.shows("/dalarna", "Rätt siffror").lacks(t, "the front", "Idag öppnar")
		for _, format := range []string{"atom", "rss", "json"} {
			p.shows("/dalarna/feed."+format, "Tillbakadraget: Idag", "Siffrorna stämde inte.", "ratt-siffror", wrong.ID).
				lacks(t, format, "Sju av tio", "Första stycket", "010-225")
		}
	})
}

func TestWithdrawn_PublishedInError_IsGoneWithEverythingThatItSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		r := p.publish(sampleText())
		for _, path := range everywhere(r) { // and the caches have it
			p.get(path, "Accept-Encoding: br")
		}
		p.set(p.now().Add(time.Minute))
		p.withdraw(r, releases.WithdrawInput{Reason: "Det gick av misstag.", InError: true})
		a := p.get("/dalarna/" + r.Slug)
		if a.status != http.StatusGone || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("its address: %d, %s", a.status, a.header)
		}
		a.has(t, "the notice", "Publicerat av misstag", "Det gick av misstag.")
		for _, path := range everywhere(r) {
			p.get(path).lacks(t, path, "Idag", "avgör", "Sju av tio", "Första stycket", "Åsa Ek", "010-225", "Falun")
		}
		for _, format := range []string{"atom", "rss", "json", "ninjs", "newsml"} {
			p.shows("/dalarna/feed."+format, "Publicerat av misstag", r.ID).lacks(t, format, r.Slug)
		}
	})
}

func TestWithdrawn_BeforeItsLift_IsAnsweredAsIfThereWereNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		missing := p.get("/dalarna/nothing-here").String()
		r := p.schedule(sampleText(), time.Hour)
		p.withdraw(r, releases.WithdrawInput{Reason: "Ställs in."})
		p.set(p.now().Add(2 * time.Hour))
		for _, path := range []string{"/dalarna/" + r.Slug, "/dalarna/" + r.Slug + ".txt", "/r/" + r.ID} {
			if got := p.get(path).String(); got != missing {
				t.Errorf("%s tells of it: %s", path, got)
			}
		}
		p.shows("/dalarna/feed.atom").lacks(t, "the feed", "Ställs in", r.ID)
	})
}

func TestCorrected_SaysSoFirst_AndShowsWhatChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		r := p.publish(sampleText())
		before := p.get("/dalarna/feed.atom").body
		p.set(p.now().Add(time.Hour))
		text := sampleText()
		text.Lede = "Åtta av tio dalkarlar vill gå vid vattnet."
		must[releases.Saved](t)(p.desk.Correct(t.Context(), officer, r.ID, 1, releases.CorrectionInput{Text: text, Note: "Andelen var fel: det är åtta av tio."}, true))
		page := p.shows("/dalarna/"+r.Slug, "Rättat", "Andelen var fel", "/dalarna/"+r.Slug+"/changes/2")
		if note, headline := strings.Index(page.body, "Andelen var fel"), strings.Index(page.body, "<h1>"); note > headline {
			t.Error("the note stands below the headline")
		}
		p.shows("/dalarna/"+r.Slug+"/changes/2", "<del>Sju</del><ins>Åtta</ins> av tio", "Ingress", "Andelen var fel")
		for _, path := range []string{"1", "3", "x", "-1"} {
			if a := p.get("/dalarna/" + r.Slug + "/changes/" + path); a.status != http.StatusNotFound {
				t.Errorf("changes/%s is %d", path, a.status)
			}
		}
		for _, format := range []string{"atom", "rss", "json"} {
			p.shows("/dalarna/feed."+format, "Rättat", "Andelen var fel", "Åtta av tio").lacks(t, format, "Sju av tio")
		}
		id := before[strings.Index(before, "<entry"):]
		id = id[strings.Index(id, "<id>") : strings.Index(id, "</id>")+5]
		p.shows("/dalarna/feed.atom", id)
	})
}
