package newsroom

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

func TestRelease_HasAllThatAJournalistNeeds(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.set(time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC))
	r := p.publish(sampleText())

	page := p.shows("/dalarna/"+r.Slug,
		`<html lang="sv">`,
		`<title>Idag öppnar ”Du avgör!” – en satsning för älvens stränder · Länsstyrelsen Dalarna</title>`,
		`<meta name="description" content="Sju av tio dalkarlar vill gå vid vattnet.">`,
		`<link rel="canonical" href="https://press.example/dalarna/`+r.Slug+`">`,
		`type="application/atom+xml"`, `type="application/rss+xml"`, `type="application/feed+json"`,
		`<meta property="og:title"`,
		`Pressmeddelande · <time datetime="2016-10-18T04:00:00Z">18 okt. 2016 06:00 CEST</time>`,
		`<a href="/dalarna/topics/natur/">Natur</a>`,
		`<h1>Idag öppnar ”Du avgör!” – en satsning för älvens stränder</h1>`,
		`Sju av tio dalkarlar`, `Falun`, `<p>Första stycket.</p>`, `<blockquote>`,
		`href="https://xn--duavgr-0xa.se/"`,
		`href="tel:0102250425">010-225 04 25</a>`, `href="mailto:asa.ek@example.org"`, `Sakkunnig`,
		`Om Länsstyrelsen Dalarna`, `Länsstyrelsen är en statlig myndighet.`,
		`<a href="/dalarna/subscribe">Prenumerera`,
	)

	if n := strings.Count(page.body, "<h1"); n != 1 {
		t.Errorf("%d main headings", n)
	}
	page.lacks(t, "the page", "<script>", " style=", "newsroom.", "noindex", "Uppdaterad")
	if got := page.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control is %q: an age would tell of a lift to come", got)
	}
}

func TestRelease_SpeaksItsOwnLanguage_WhereThereIsACatalogue(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for _, test := range []struct{ language, chrome string }{{"en-GB", "en"}, {"en", "en"}, {"sv-FI", "sv"}, {"fi", "sv"}} {
		text := sampleText()
		text.Headline, text.Language = "In "+test.language, test.language
		page := p.shows("/dalarna/"+p.publish(text).Slug, `<html lang="`+test.chrome+`">`, `class="body prose" lang="`+test.language+`"`)
		if test.chrome == "en" {
			page.has(t, test.language, "Press contact", "/dalarna/subscribe?language=en")
		}
	}
}

func TestRelease_OfTheLeast_HasNoEmptyParts(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(releases.Text{Headline: "Bara en rubrik", Body: "Och en mening."})
	page := p.shows("/dalarna/"+r.Slug, `content="Och en mening."`)
	page.lacks(t, "the page", `class="lede"`, "Presskontakt", `class="dateline"`, `class="related"`)
}

func TestRelease_OfAnotherLanguage_SaysWhichTheNewsroomsBoilerplateIsIn(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	text := releases.Text{Headline: "News", Body: "Text.", Language: "en"}
	swedish := "lang=\"sv\"><p>Länsstyrelsen är en statlig"
	p.shows("/dalarna/"+p.publish(text).Slug, "<section class=\"about\">\n<h2>About Länsstyrelsen Dalarna</h2>", swedish)
	p.shows("/dalarna", swedish)
	text.Headline, text.Boilerplate = "More news", "About us."
	p.shows("/dalarna/"+p.publish(text).Slug, "lang=\"en\"><p>About us.")
}

func TestRelease_HTMLInAnyField_IsText(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	evil := `<script>alert(1)</script>" onload="x`
	r := p.publish(releases.Text{
		Headline: evil, Lede: evil, Body: evil + "\n\n[x](javascript:alert(1))", Dateline: evil, Boilerplate: evil,
		Contacts: []releases.Contact{{Name: evil, Role: evil, Phone: "010-225 04 25", Email: "a@example.org"}},
	})
	for _, path := range []string{"/dalarna", "/dalarna/" + r.Slug} {
		p.shows(path).lacks(t, path, "<script>", `" onload="`, "javascript:")
	}
}

func TestRelease_FormerAddressLeadsToTheNewOne(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	if _, err := p.desk.Edit(t.Context(), officer, r.ID, r.Version, releases.Draft{Text: r.Text, Slug: "nytt-namn", MayMove: true}); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", ".txt"} {
		a := p.get("/dalarna/" + r.Slug + suffix)
		if a.status != http.StatusMovedPermanently || a.header.Get("Location") != "/dalarna/nytt-namn"+suffix {
			t.Errorf("%s: %d to %q", suffix, a.status, a.header.Get("Location"))
		}
	}
	p.shows("/dalarna/nytt-namn", "Du avgör")
}

func TestText_IsTheReleaseAsAWireStory(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	a := p.shows("/dalarna/"+r.Slug+".txt", "FALUN", "Första stycket.", "010-225 04 25", "https://press.example/dalarna/"+r.Slug)
	if got := a.header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
}

func TestShortLink_LeadsToThePage(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	a := p.get("/r/" + r.ID)
	if a.status != http.StatusFound || a.header.Get("Location") != "https://press.example/dalarna/"+r.Slug || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", a.status, a.header)
	}
}

func TestPreview_IsThePage_ForNobodyElse(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	body, err := p.site.Preview(releases.Live{Newsroom: p.newsroom, Text: sampleText(), LiftAt: p.now(), UpdatedAt: p.now(), Zone: "Europe/Stockholm"})
	if err != nil {
		t.Fatal(err)
	}
	a := answer{body: string(body)}
	a.has(t, "the preview", "Första stycket.", `content="noindex"`, "18 okt. 2016 05:00 CEST")
	a.lacks(t, "the preview", `rel="canonical"`)
}

func TestIndex_WithNothing_SaysSo(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for _, path := range []string{"/", "/dalarna", "/dalarna/topics/natur/"} {
		p.shows(path, "Här finns inget publicerat ännu.", `action="/dalarna/subscribe"`).lacks(t, path, "Äldre")
	}
}

func TestIndex_OfAThousand_IsReadPageByPage_EachOnce(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	const all = 2*indexLength + 3
	for i := range all {
		p.schedule(releases.Text{Headline: fmt.Sprintf("Nummer %03d", i), Body: "Text."}, -time.Duration(i+1)*24*time.Hour)
	}
	link, found := regexp.MustCompile(`href="/dalarna/(nummer-\d+)"`), map[string]int{}
	older := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	path, pages := "/dalarna", 0
	for path != "" {
		page := p.shows(path)
		for _, m := range link.FindAllStringSubmatch(page.body, -1) {
			found[m[1]]++
		}
		if pages++; pages > 1 {
			page.has(t, path, `content="noindex"`, "Senaste nytt")
			page.lacks(t, path, `rel="canonical"`)
		}
		path = ""
		if next := older.FindStringSubmatch(page.body); next != nil {
			path = strings.ReplaceAll(next[1], "&amp;", "&")
		}
	}
	if pages != 3 || len(found) != all {
		t.Errorf("%d releases on %d pages", len(found), pages)
	}
	for slug, n := range found {
		if n != 1 {
			t.Errorf("%s is listed %d times", slug, n)
		}
	}
}

func TestIndex_HasALinkToOlder_OnlyWhenThereAreMoreLive(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	for i := range indexLength {
		p.schedule(releases.Text{Headline: fmt.Sprint(i), Body: "Text."}, -time.Hour*time.Duration(i+1))
	}
	p.schedule(releases.Text{Headline: "Hemligt", Body: "Text."}, time.Hour)
	p.shows("/dalarna").lacks(t, "a full page with one more embargoed", `rel="next"`)
	p.schedule(releases.Text{Headline: "En till", Body: "Text."}, -time.Hour*100)
	p.shows("/dalarna", `rel="next"`)
}

func TestIndex_GroupsByMonth_AndNamesForeignLanguages(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.schedule(releases.Text{Headline: "Senast", Body: "Text."}, -time.Hour)
	p.schedule(releases.Text{Headline: "In English", Body: "Text.", Language: "en"}, -20*24*time.Hour)
	p.shows("/dalarna", "september 2016", `<h3 lang="en">`, "CEST</time> · English")
}

func TestTopic_HasOnlyItsOwn(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.publish(releases.Text{Headline: "Om älven", Body: "Text.", Topics: []string{"natur"}})
	p.publish(releases.Text{Headline: "Om rätten", Body: "Text.", Topics: []string{"manskliga-rattigheter"}})
	p.shows("/dalarna/topics/natur/", "Om älven", "<h1>Natur</h1>", `/dalarna/topics/natur/feed.atom`,
		`<link rel="canonical" href="https://press.example/dalarna/topics/natur">`).lacks(t, "the topic", "Om rätten")
}

func TestHome_WithNoNewsroom_ShowsTheWayToTheDesk(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	a := p.shows("/", `href="/desk"`)
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestHome_WithOneNewsroom_IsItsFront_WithItsOwnAddress(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	p.publish(sampleText())
	p.shows("/", "Du avgör", `<link rel="canonical" href="https://press.example/dalarna">`)
}

func TestHome_WithSeveralNewsrooms_ListsThem(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	_, err := p.desk.CreateNewsroom(t.Context(), officer, releases.NewsroomInput{Slug: "hamnen", Name: "Norrviks hamn", Language: "sv", Zone: "Europe/Stockholm", EmailFrom: "a@example.org", Approvals: 1})
	if err != nil {
		t.Fatal(err)
	}
	p.shows("/", `href="/dalarna"`, `href="/hamnen"`, "Norrviks hamn")
}

func TestRobots_KeepsTheDeskToItself(t *testing.T) {
	openDalarna(t, dbtest.SQLite(t)).shows("/robots.txt", "Disallow: /desk", "Disallow: /api")
}

func TestIcon_IsWhereBrowsersLookForIt(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	a := p.get("/favicon.ico")
	if icon := p.shows(a.header.Get("Location"), "<svg"); icon.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%q", icon.header.Get("Content-Type"))
	}
}
