package newsroom

import (
	"context"
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// give gives a pass for a release, and the path of its page.
func (p *press) give(r releases.Release) (releases.Pass, string) {
	p.t.Helper()
	pass := must[releases.Pass](p.t)(p.passes.Give(p.t.Context(), officer, r.ID, releases.PassInput{Name: "Pia <Lund>", Outlet: "Falu Kuriren", Email: "pia@example.com"}))
	letter := must[releases.PassLetter](p.t)(p.passes.Letter(p.t.Context(), pass.ID))
	return pass, "/pass/" + letter.Token
}

// accept accepts a pass's terms and gives the cookie that says so.
func (p *press) accept(path string) (cookie string) {
	p.t.Helper()
	a := p.post(path, nil)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path {
		p.t.Fatalf("accepting is %d to %q", a.status, a.header.Get("Location"))
	}
	set := a.header.Get("Set-Cookie")
	if !strings.Contains(set, "path="+path+";") || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "secure") {
		p.t.Errorf("the cookie is %q", set)
	}
	cookie, _, _ = strings.Cut(set, ";")
	return "Cookie: " + cookie
}

func (p *press) openings(pass releases.Pass) (log []string) {
	p.t.Helper()
	for _, o := range must[[]releases.Opening](p.t)(p.passes.Openings(p.t.Context(), pass.ID)) {
		log = append(log, o.What)
	}
	return log
}

func TestPass_AsksForTheTermsFirst_ThenShowsTextAndFiles_AndLogsEachOpening(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		secret := p.schedule(sampleText(), time.Hour)
		file := p.attach(secret, "hemlig.pdf", "%PDF-1.7 hemligt")
		pass, path := p.give(secret)
		terms := p.shows(path, "Embargo till", "tisdag 18 oktober 2016 06:00 CEST", "tisdag 18 oktober 2016 04:00 UTC", "Pia &lt;Lund&gt;, Falu Kuriren", `method="post" action="`+path+`"`)
		terms.lacks(t, "the terms", "Du avgör", "Första stycket", secret.Slug, secret.ID, "hemlig")
		filePath := path + "/files/" + file.Place()
		if a := p.get(filePath); a.status != http.StatusSeeOther || a.header.Get("Location") != path {
			t.Errorf("a file before the terms: %d to %q", a.status, a.header.Get("Location"))
		}
		cookie := p.accept(path)
		page := p.get(path, cookie)
		page.has(t, "the pass", "Första stycket", "Det här exemplaret är för Pia &lt;Lund&gt;, Falu Kuriren.", "Embargo till", filePath)
		page.lacks(t, "the pass", `rel="canonical"`, "og:title", secret.ID, "/dalarna/"+secret.Slug)
		got := p.get(filePath, cookie)
		if got.body != "%PDF-1.7 hemligt" {
			t.Errorf("the file is %d %q", got.status, got.body)
		}
		for name, a := range map[string]answer{"terms": terms, "page": page, "file": got} {
			if a.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(a.header.Get("X-Robots-Tag"), "noindex") || a.header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: %v", name, a.header)
			}
		}
		if a := p.get(path + "/files/" + file.ID + "/other.pdf"); a.status != http.StatusNotFound {
			t.Errorf("a file under another name: %d", a.status)
		}
		if log := strings.Join(p.openings(pass), " "); log != "terms accept text "+file.ID {
			t.Errorf("the log is %s", log)
		}
	})
}

func TestSituation_AMailScannerOpeningEveryLink_AcceptsNothing_AndSeesNothing(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	secret := p.schedule(sampleText(), time.Hour)
	pass, path := p.give(secret)
	for range 3 {
		for _, method := range []string{"GET", "HEAD"} {
			if a := p.ask(method, path, nil); a.status != http.StatusOK || a.header.Get("Set-Cookie") != "" || strings.Contains(a.body, "Första stycket") {
				t.Errorf("%s: %d", method, a.status)
			}
		}
	}
	cookie := p.accept(path)
	p.get(path).lacks(t, "what the scanner sees after the holder accepted", "Första stycket")
	_, other := p.give(secret)
	p.get(other, cookie).lacks(t, "another pass", "Första stycket")
	if stands := must[releases.Pass](t)(p.passes.Pass(t.Context(), secret.ID, pass.ID)); stands.AcceptedAt.IsZero() {
		t.Error("the acceptance is not remembered")
	}
	if a := p.post(path, nil, "Sec-Fetch-Site: cross-site"); a.status != http.StatusForbidden {
		t.Errorf("accepted from another site: %d", a.status)
	}
}

func TestSituation_PassRevokedWhileItsPageIsOpen_StopsPageAndFiles_AtTheNextRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		secret := p.schedule(sampleText(), time.Hour)
		file := p.attach(secret, "hemlig.pdf", "%PDF-1.7 hemligt")
		pass, path := p.give(secret)
		cookie := p.accept(path)
		p.get(path, cookie).has(t, "the pass", "Första stycket")
		if err := p.passes.Revoke(t.Context(), officer, secret.ID, pass.ID); err != nil {
			t.Fatal(err)
		}
		unknown := p.get("/pass/"+strings.Repeat("A", 22), cookie).String()
		for _, at := range []string{path, path + "/files/" + file.Place()} {
			if a := p.get(at, cookie); a.String() != unknown || a.status != http.StatusNotFound {
				t.Errorf("%s differs from a pass that never was: %d\n%s\n%s", at, a.status, a, unknown)
			}
		}
		if a := p.post(path, nil); a.status != http.StatusNotFound {
			t.Errorf("accepting is %d", a.status)
		}
	})
}

func TestSituation_NewsroomFrozenWithAPassOpen_HidesPageAndFiles_UntilItIsThawed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		out := p.publish(releases.Text{Headline: "Redan ute", Body: "Text."})
		secret := p.schedule(sampleText(), time.Hour)
		file := p.attach(secret, "hemlig.pdf", "%PDF-1.7 hemligt")
		_, path := p.give(secret)
		cookie := p.accept(path)
		paths := []string{path, path + "/files/" + file.Place(), path + "/release.json"}
		nothing := func(context.Context, *sql.Tx) error { return nil }
		must[releases.Newsroom](t)(p.desk.Freeze(t.Context(), officer, p.newsroom.ID, "Misstänkt läcka", nothing))
		unknown := p.get("/pass/"+strings.Repeat("A", 22), cookie).String()
		for _, at := range paths {
			if a := p.get(at, cookie); a.String() != unknown || a.status != http.StatusNotFound {
				t.Errorf("%s differs from a pass that never was: %d\n%s", at, a.status, a)
			}
		}
		if a := p.post(path, nil); a.status != http.StatusNotFound {
			t.Errorf("accepting is %d", a.status)
		}
		p.shows("/dalarna/"+out.Slug, "Redan ute")
		must[releases.Newsroom](t)(p.desk.Thaw(t.Context(), officer, p.newsroom.ID, "Det var inget"))
		for _, at := range paths {
			if a := p.get(at, cookie); a.status != http.StatusOK {
				t.Errorf("after the thaw %s is %d", at, a.status)
			}
		}
	})
}

func TestPass_AfterTheLift_LeadsToThePublicPage(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	secret := p.schedule(sampleText(), time.Hour)
	file := p.attach(secret, "hemlig.pdf", "%PDF-1.7 hemligt")
	_, path := p.give(secret)
	p.set(secret.LiftAt)
	for method, at := range map[string]string{"GET": path, "POST": path} {
		if a := p.ask(method, at, nil); a.status != http.StatusSeeOther || a.header.Get("Location") != baseURL+"/dalarna/"+secret.Slug || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d to %q", method, a.status, a.header.Get("Location"))
		}
	}
	if a := p.get(path + "/files/" + file.Place()); a.status != http.StatusSeeOther || a.header.Get("Location") != file.Path() {
		t.Errorf("a file: %d to %q", a.status, a.header.Get("Location"))
	}
}

func TestPass_WhoseLiftWasCleared_SaysThatTheEmbargoGoesOn_AndShowsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		secret := p.schedule(sampleText(), time.Hour)
		file := p.attach(secret, "hemlig.pdf", "%PDF-1.7 hemligt")
		pass, path := p.give(secret)
		revoked, other := p.give(secret)
		cookie := p.accept(path)
		must[releases.Release](t)(p.desk.Unschedule(t.Context(), officer, secret.ID))
		if err := p.passes.Revoke(t.Context(), officer, secret.ID, revoked.ID); err != nil {
			t.Fatal(err)
		}
		page := p.get(path, cookie)
		page.has(t, "the pass", "Ingen tid är satt", "Pia &lt;Lund&gt;")
		page.lacks(t, "the pass", "Du avgör", "Första stycket", secret.Slug, secret.ID, "hemlig", "<form")
		if page.status != http.StatusOK || page.header.Get("Cache-Control") != "no-store" {
			t.Errorf("the pass is %d, %v", page.status, page.header)
		}
		for _, at := range []string{other, path + "/files/" + file.Place(), path + "/release.json"} {
			if a := p.get(at, cookie); a.status != http.StatusNotFound {
				t.Errorf("%s is %d", at, a.status)
			}
		}
		if a := p.post(path, nil); a.status != http.StatusNotFound {
			t.Errorf("accepting is %d", a.status)
		}
		if log := strings.Join(p.openings(pass), " "); log != "accept waits" {
			t.Errorf("the log is %s", log)
		}
		nothing := func(context.Context, *sql.Tx) error { return nil }
		must[releases.Newsroom](t)(p.desk.Freeze(t.Context(), officer, p.newsroom.ID, "Misstänkt läcka", nothing))
		if a := p.get(path, cookie); a.status != http.StatusNotFound {
			t.Errorf("in a frozen newsroom it is %d", a.status)
		}
	})
}

func TestPass_OfAReleaseThatWasPublishedAndWithdrawn_LeadsToTheNotice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		secret, canceled := p.schedule(sampleText(), time.Hour), p.schedule(sampleText(), 3*time.Hour)
		_, path := p.give(secret)
		_, gone := p.give(canceled)
		p.set(secret.LiftAt.Add(time.Minute))
		for _, id := range []string{secret.ID, canceled.ID} {
			must[releases.Release](t)(p.desk.Withdraw(t.Context(), officer, id, releases.WithdrawInput{Reason: "Fel"}))
		}
		if a := p.get(path); a.status != http.StatusSeeOther || a.header.Get("Location") != baseURL+"/dalarna/"+secret.Slug {
			t.Errorf("it is %d to %q", a.status, a.header.Get("Location"))
		}
		p.set(canceled.LiftAt.Add(time.Minute))
		if a := p.get(gone); a.status != http.StatusNotFound {
			t.Errorf("that of a canceled one is %d to %q", a.status, a.header.Get("Location"))
		}
	})
}
