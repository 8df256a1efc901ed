package feeds

import (
	"encoding/xml"
	"testing"
)

func readNewsML(t *testing.T, f Feed) element {
	t.Helper()
	document, err := NewsML(f)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, string(document))
	var root element
	if err := xml.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	return root.all(newsmlSpace, "itemSet")[0]
}

// path walks down by element names and gives the last one's text.
func (e element) path(names ...string) string {
	for _, name := range names {
		found := e.all(e.XMLName.Space, name)
		if len(found) == 0 {
			return ""
		}
		e = found[0]
	}
	return e.Text
}

func TestNewsML_HoldsTheWholeRelease(t *testing.T) {
	l := campaign()
	items := readNewsML(t, feedOf(t, l)).all(newsmlSpace, "newsItem")
	if len(items) != 3 {
		t.Fatalf("%d items", len(items))
	}
	i := items[0]
	equal(t, "guid", i.attr("guid"), ID(l))
	equal(t, "version", i.attr("version"), "3")
	equal(t, "language", i.attr("lang"), "sv")
	equal(t, "headline", i.path("contentMeta", "headline"), l.Text.Headline)
	equal(t, "created", i.path("contentMeta", "contentCreated"), "2016-10-18T04:00:00.000Z")
	equal(t, "version created", i.path("itemMeta", "versionCreated"), "2016-10-19T07:30:15.250Z")
	equal(t, "summary", i.path("contentMeta", "description"), l.Text.Lede)
	equal(t, "place", i.path("contentMeta", "located", "name"), "Falun")
	equal(t, "subjects", len(i.all(newsmlSpace, "contentMeta")[0].all(newsmlSpace, "subject")), 2)
	content := i.all(newsmlSpace, "contentSet")[0].all(newsmlSpace, "inlineData")
	equal(t, "content", content[0].Text, wantContent)
	equal(t, "content type", content[1].attr("contenttype"), "text/plain")
}

func TestNewsML_PackageListsEveryReleaseInOrder(t *testing.T) {
	items := numbered(3)
	set := readNewsML(t, feedOf(t, items...))
	group := set.all(newsmlSpace, "packageItem")[0].all(newsmlSpace, "groupSet")[0].all(newsmlSpace, "group")[0]
	texts := ofClass(set, "ninat:text")
	if len(texts) != 3 {
		t.Fatalf("%d texts", len(texts))
	}
	for i, reference := range group.all(newsmlSpace, "itemRef") {
		equal(t, "reference", reference.attr("residref"), ID(items[i]))
		equal(t, "item", texts[i].attr("guid"), ID(items[i]))
	}
}

// ofClass are the message's news items of a nature.
func ofClass(set element, class string) []element {
	var found []element
	for _, i := range set.all(newsmlSpace, "newsItem") {
		if i.all(newsmlSpace, "itemMeta")[0].all(newsmlSpace, "itemClass")[0].attr("qcode") == class {
			found = append(found, i)
		}
	}
	return found
}

func TestNewsML_PicturesAreItemsOfTheirOwn_ThatTheReleaseLinksTo(t *testing.T) {
	set := readNewsML(t, feedOf(t, campaign()))
	links := ofClass(set, "ninat:text")[0].all(newsmlSpace, "itemMeta")[0].all(newsmlSpace, "link")
	pictures := ofClass(set, "ninat:picture")
	if len(pictures) != 2 || len(links) != 2 {
		t.Fatalf("%d pictures, %d links", len(pictures), len(links))
	}
	for i, link := range links {
		equal(t, "link", link.attr("residref")+" "+link.attr("version"), pictures[i].attr("guid")+" "+pictures[i].attr("version"))
	}
	p := pictures[0]
	// What is said of a picture changes by a new version of its release.
	equal(t, "version", p.attr("version")+" "+p.path("itemMeta", "versionCreated"), "3 2016-10-19T07:30:15.250Z")
	inOrder(t, p, "catalogRef", "rightsInfo", "itemMeta", "contentMeta", "contentSet")
	inOrder(t, pictures[1], "catalogRef", "itemMeta", "contentMeta", "contentSet")
	remote := p.all(newsmlSpace, "contentSet")[0].all(newsmlSpace, "remoteContent")[0]
	equal(t, "picture", remote.attr("href")+" "+remote.attr("contenttype")+" "+remote.attr("size")+" "+remote.attr("width")+" "+remote.attr("height"), river+" image/jpeg 48211 1200 800")
	equal(t, "photographer", p.path("contentMeta", "creditline"), "Åsa Ek")
	equal(t, "caption", p.path("contentMeta", "description"), "Vid <Gagnef> & Mockfjärd.")
	equal(t, "terms", p.path("rightsInfo", "usageTerms"), "Fri att använda")
}

func TestNewsML_HasItsElementsInTheOrderOfTheSchema(t *testing.T) {
	i := readNewsML(t, feedOf(t, campaign())).all(newsmlSpace, "newsItem")[0]
	inOrder(t, i, "catalogRef", "rightsInfo", "itemMeta", "contentMeta", "contentSet")
	inOrder(t, i.all(newsmlSpace, "itemMeta")[0], "itemClass", "provider", "versionCreated", "firstCreated", "pubStatus", "title", "link", "link")
}

func inOrder(t *testing.T, e element, names ...string) {
	t.Helper()
	var got []string
	for _, c := range e.Children {
		got = append(got, c.XMLName.Local)
	}
	if len(got) != len(names) {
		t.Fatalf("%s has %q", e.XMLName.Local, got)
	}
	for i := range names {
		equal(t, e.XMLName.Local, got[i], names[i])
	}
}
