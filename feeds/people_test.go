package feeds

import (
	"strings"
	"testing"
)

const xhtmlSpace = "http://www.w3.org/1999/xhtml"

func TestFeed_ForPeople_SaysWhatItIs_AndLeadsToEachRelease(t *testing.T) {
	l := campaign()
	f := feedOf(t, l)
	f.ForPeople, f.Page.Next = true, "c1"
	for _, format := range []Format{FormatAtom, FormatRSS} {
		document := write(t, format, f)
		wellFormed(t, document)
		feed, items := rootOf(t, document), []element(nil)
		if format == FormatRSS {
			feed = feed.all("", "channel")[0]
			items = feed.all("", "item")
		} else {
			items = feed.all(atomSpace, "entry")
		}
		head := feed.all(xhtmlSpace, "header")[0]
		title := head.all(xhtmlSpace, "h1")[0].all(xhtmlSpace, "a")[0]
		equal(t, "home", title.attr("href")+" "+title.Text, "https://press.example/lansstyrelsen-dalarna Länsstyrelsen Dalarna")
		how := head.all(xhtmlSpace, "div")[0]
		if !strings.Contains(how.Text, "Det här är ett flöde.") || how.all(xhtmlSpace, "a")[0].attr("href") != "https://press.example/lansstyrelsen-dalarna/feeds" {
			t.Errorf("%s explains %q", format, how.Text)
		}
		person := items[0].all(xhtmlSpace, "section")[0]
		headline := person.all(xhtmlSpace, "h2")[0].all(xhtmlSpace, "a")[0]
		equal(t, "release", headline.attr("href")+" "+headline.Text, "https://press.example/lansstyrelsen-dalarna/nationell-satsning "+l.Text.Headline)
		equal(t, "time", person.path("p", "time"), "18 okt. 2016 06:00 CEST")
		equal(t, "lede", person.path("div"), l.Text.Lede)
		older := feed.all(xhtmlSpace, "footer")[0].all(xhtmlSpace, "p")[0].all(xhtmlSpace, "a")[0]
		equal(t, "older", older.attr("href"), "https://press.example/lansstyrelsen-dalarna/feed."+string(format)+"?after=c1")
		if got := parse(t, document); len(got.Items) != 1 || got.Title != "Länsstyrelsen Dalarna" || got.Items[0].Title != l.Text.Headline {
			t.Errorf("a reader that says it is a browser gets %v", got)
		}
	}
}

func TestFeed_ForReaders_HasNothingForPeople(t *testing.T) {
	f := feedOf(t, campaign())
	f.Page.Next = "c1"
	for _, format := range Formats {
		if document := write(t, format, f); strings.Contains(document, "xhtml") || strings.Contains(document, "Det här är ett flöde") {
			t.Errorf("%s:\n%s", format, document)
		}
	}
}
