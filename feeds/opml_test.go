package feeds

import (
	"encoding/xml"
	"slices"
	"testing"

	"dateline/releases"
)

func TestOPML_ListsEveryFeed(t *testing.T) {
	document, err := feedOf(t).OPML([]releases.Newsroom{dalarna()})
	if err != nil {
		t.Fatal(err)
	}
	var root element
	if err := xml.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	equal(t, "version", root.attr("version"), "2.0")
	equal(t, "modified", root.path("head", "dateModified"), "Mon, 01 Feb 2016 08:00:00 +0000")
	var addresses []string
	collect(root.all("", "body")[0], &addresses)
	everywhere := []string{"", "?kind=press-release", "?kind=news", "?kind=statement", "?kind=invitation", "?kind=correction-notice", "?language=en", "?language=sv"}
	var want []string
	for _, narrowed := range everywhere {
		want = append(want, "https://press.example/feed.atom"+narrowed)
	}
	const dalarna = "https://press.example/lansstyrelsen-dalarna"
	want = append(want, dalarna+"/feed.atom", dalarna+"/topics/jamstalldhet/feed.atom", dalarna+"/topics/fiske/feed.atom")
	for _, narrowed := range everywhere[1:] {
		want = append(want, dalarna+"/feed.atom"+narrowed)
	}
	if !slices.Equal(addresses, want) {
		t.Errorf("%q", addresses)
	}
}

// collect gathers the addresses of all outlines, each of which must have what the format requires.
func collect(e element, addresses *[]string) {
	for _, o := range e.all("", "outline") {
		if o.attr("text") == "" {
			*addresses = append(*addresses, "an outline without text")
		}
		if o.attr("type") == "rss" {
			*addresses = append(*addresses, o.attr("xmlUrl"))
		}
		collect(o, addresses)
	}
}
