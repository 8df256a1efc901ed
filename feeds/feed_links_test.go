package feeds

import (
	"encoding/xml"
	"strings"
	"testing"
)

// linksOf are a document's links, by relation.
func linksOf(t *testing.T, document string) map[string]string {
	t.Helper()
	var root element
	if err := xml.Unmarshal([]byte(document), &root); err != nil {
		t.Fatal(err)
	}
	if root.XMLName.Local == "rss" {
		root = root.all("", "channel")[0]
	}
	links := map[string]string{}
	for _, l := range root.all(atomSpace, "link") {
		links[l.attr("rel")] = l.attr("href")
	}
	return links
}

func TestLinks_OfTheCurrentDocument_LeadOnToTheRest(t *testing.T) {
	for _, format := range []Format{FormatAtom, FormatRSS} {
		f := feedOf(t, campaign())
		f.Kind = "news"
		f.Hub = "https://press.example/hub"
		f.Page = Page{Next: "c1", PrevArchive: "7"}
		document := write(t, format, f)
		noFaults(t, document)
		address := "https://press.example/lansstyrelsen-dalarna/feed." + string(format)
		for rel, want := range map[string]string{
			"self":         address + "?kind=news",
			"hub":          "https://press.example/hub",
			"first":        address + "?kind=news",
			"next":         address + "?after=c1&kind=news",
			"prev-archive": address + "?archive=7&kind=news",
			"next-archive": "",
			"current":      "",
		} {
			equal(t, rel, linksOf(t, document)[rel], want)
		}
		if strings.Contains(document, "archive></fh") {
			t.Error("the current document is marked as an archive document")
		}
	}
}

func TestLinks_OfAnArchiveDocument_LeadBackToTheCurrentOne(t *testing.T) {
	for _, format := range []Format{FormatAtom, FormatRSS} {
		f := feedOf(t, campaign())
		f.Page = Page{Archive: "6", PrevArchive: "5", NextArchive: "7"}
		document := write(t, format, f)
		noFaults(t, document)
		address := "https://press.example/lansstyrelsen-dalarna/feed." + string(format)
		links := linksOf(t, document)
		equal(t, "self", links["self"], address+"?archive=6")
		equal(t, "current", links["current"], address)
		equal(t, "prev-archive", links["prev-archive"], address+"?archive=5")
		equal(t, "next-archive", links["next-archive"], address+"?archive=7")
		if !strings.Contains(document, "<fh:archive></fh:archive>") || !strings.Contains(document, `xmlns:fh="http://purl.org/syndication/history/1.0"`) {
			t.Errorf("not marked as an archive document: %s", document)
		}
		if format == FormatAtom {
			equal(t, "id", parse(t, document).Link, "https://press.example/lansstyrelsen-dalarna")
			if !strings.Contains(document, "<id>"+feedOf(t).ID()+"</id>") {
				t.Error("an archive document has the id of its feed")
			}
		}
	}
}

func TestLinks_InJSON_TellHubAndNextDocument(t *testing.T) {
	f := feedOf(t, campaign())
	f.Hub, f.Page.Next = "https://press.example/hub", "c1"
	document := write(t, FormatJSON, f)
	for _, want := range []string{
		`"next_url": "https://press.example/lansstyrelsen-dalarna/feed.json?after=c1"`,
		`"type": "WebSub"`,
		`"url": "https://press.example/hub"`,
	} {
		if !strings.Contains(document, want) {
			t.Errorf("no %s in %.900s", want, document)
		}
	}
}

func TestFeed_WithAStyle_NamesItBeforeAnyElement(t *testing.T) {
	f := feedOf(t, campaign())
	f.Style = "/static/1a2b/feed.css?a&b"
	for _, format := range []Format{FormatAtom, FormatRSS} {
		document := write(t, format, f)
		noFaults(t, document)
		want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<?xml-stylesheet type="text/css" href="/static/1a2b/feed.css?a&amp;b"?>` + "\n<"
		if !strings.HasPrefix(document, want) {
			t.Errorf("%s begins %.200s", format, document)
		}
	}
}
