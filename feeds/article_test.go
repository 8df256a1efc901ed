package feeds

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

func TestArticle_TellsWhatSearchEnginesAskFor(t *testing.T) {
	l := campaign()
	document, err := feedOf(t).Article(l)
	if err != nil {
		t.Fatal(err)
	}
	var article map[string]any
	if err := json.Unmarshal([]byte(document), &article); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"@context":         "https://schema.org",
		"@type":            "NewsArticle",
		"@id":              ID(l),
		"mainEntityOfPage": "https://press.example/lansstyrelsen-dalarna/nationell-satsning",
		"headline":         l.Text.Headline,
		"description":      l.Text.Lede,
		"datePublished":    "2016-10-18T04:00:00.000Z",
		"dateModified":     "2016-10-19T07:30:15.250Z",
		"inLanguage":       "sv",
		"genre":            "Pressmeddelande",
		"dateline":         "Falun",
	} {
		equal(t, name, article[name], want)
	}
	equal(t, "publisher", article["publisher"].(map[string]any)["name"], any("Länsstyrelsen Dalarna"))
}

func TestArticle_CannotEndItsScriptElement(t *testing.T) {
	l := campaign()
	l.Text.Headline = "</script><script>alert(1)</script><!--"
	document, err := feedOf(t).Article(l)
	if err != nil || strings.ContainsAny(string(document), "<>&") {
		t.Errorf("%v %s", err, document)
	}
}

func TestOpenGraph_TellsWhatACardShows(t *testing.T) {
	l := campaign()
	l.Text.Language = "sv-FI"
	tags := feedOf(t).OpenGraph(l)
	for _, want := range []Meta{
		{Property: "og:type", Content: "article"},
		{Property: "og:title", Content: l.Text.Headline},
		{Property: "og:description", Content: l.Text.Lede},
		{Property: "og:url", Content: "https://press.example/lansstyrelsen-dalarna/nationell-satsning"},
		{Property: "og:site_name", Content: "Länsstyrelsen Dalarna"},
		{Property: "og:locale", Content: "sv_FI"},
		{Property: "article:tag", Content: "Fiske & vatten"},
		{Name: "twitter:card", Content: "summary_large_image"},
	} {
		if !slices.Contains(tags, want) {
			t.Errorf("no %v in %v", want, tags)
		}
	}
}

func TestOpenGraph_OfALanguageWithoutTerritory_NamesNoLocale(t *testing.T) {
	for _, tag := range feedOf(t).OpenGraph(campaign()) {
		if tag.Property == "og:locale" {
			t.Errorf("%v", tag)
		}
	}
}

func TestOEmbed_FitsWhatTheHostAllows(t *testing.T) {
	for _, c := range []struct {
		embed         Embed
		width, height int
	}{
		{Embed{}, 600, 340},
		{Embed{MaxWidth: 320, MaxHeight: 200}, 320, 200},
		{Embed{MaxWidth: 9000, MaxHeight: 9000}, 600, 340},
	} {
		document, err := feedOf(t).OEmbedJSON(campaign(), c.embed)
		if err != nil {
			t.Fatal(err)
		}
		var answer oembed
		if err := json.Unmarshal(document, &answer); err != nil {
			t.Fatal(err)
		}
		equal(t, "width", answer.Width, c.width)
		equal(t, "height", answer.Height, c.height)
		equal(t, "type", answer.Type, "rich")
		equal(t, "version", answer.Version, "1.0")
		if !strings.Contains(answer.HTML, `<iframe src="https://press.example/lansstyrelsen-dalarna/nationell-satsning/embed"`) {
			t.Errorf("%s", answer.HTML)
		}
	}
}

func TestOEmbed_InXML_SaysTheSame(t *testing.T) {
	l := campaign()
	l.Text.Headline = `"><script>`
	asJSON, err := feedOf(t).OEmbedJSON(l, Embed{})
	if err != nil {
		t.Fatal(err)
	}
	asXML, err := feedOf(t).OEmbedXML(l, Embed{})
	if err != nil {
		t.Fatal(err)
	}
	var fromJSON, fromXML oembed
	if err := json.Unmarshal(asJSON, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(asXML, &fromXML); err != nil {
		t.Fatal(err)
	}
	fromXML.XMLName = xml.Name{}
	equal(t, "answer", fromXML, fromJSON)
	if strings.Contains(fromJSON.HTML, "<script>") {
		t.Errorf("%s", fromJSON.HTML)
	}
}

func TestOEmbedAddress_CarriesThePageWhole(t *testing.T) {
	equal(t, "address", feedOf(t).OEmbedAddress("https://press.example/n/s", "json"), "https://press.example/oembed?format=json&url=https%3A%2F%2Fpress.example%2Fn%2Fs")
}
