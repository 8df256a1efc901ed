package feeds

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// element is any XML.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

const atomSpace = "http://www.w3.org/2005/Atom"

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) all(space, name string) []element {
	var found []element
	for _, c := range e.Children {
		if c.XMLName.Space == space && c.XMLName.Local == name {
			found = append(found, c)
		}
	}
	return found
}

func (e element) text(space, name string) string {
	if found := e.all(space, name); len(found) > 0 {
		return found[0].Text
	}
	return ""
}

// noFaults checks an Atom or RSS document by the rules that feed validators have errors and warnings
// for.
func noFaults(t testing.TB, document string) {
	t.Helper()
	wellFormed(t, document)
	var root element
	if err := xml.Unmarshal([]byte(document), &root); err != nil {
		t.Fatal(err)
	}
	var faults []string
	if root.XMLName.Local == "feed" {
		faults = atomFaults(root)
	} else {
		faults = rssFaults(root)
	}
	for _, f := range append(faults, characterFaults(document)...) {
		t.Error(f)
	}
	if t.Failed() {
		t.Logf("%.3000s", document)
	}
}

func wellFormed(t testing.TB, document string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(document))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v\n%.2000q", err, document)
		}
	}
}

// characterFaults finds what XML forbids or discourages; a validator takes them for a wrong encoding.
func characterFaults(document string) (faults []string) {
	for i, r := range document {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f || r == '\ufffd' {
			faults = append(faults, fmt.Sprintf("character %U at byte %d", r, i))
		}
	}
	return faults
}

type rules struct{ faults []string }

func (r *rules) want(ok bool, format string, args ...any) {
	if !ok {
		r.faults = append(r.faults, fmt.Sprintf(format, args...))
	}
}

func (r *rules) once(e element, space string, names ...string) {
	for _, name := range names {
		found := e.all(space, name)
		r.want(len(found) == 1, "%s has %d %s", e.XMLName.Local, len(found), name)
		r.want(len(found) == 0 || found[0].Text != "" || len(found[0].Children) > 0, "%s is empty", name)
	}
}

func (r *rules) unique(items []element, space, name string) {
	seen := map[string]bool{}
	for _, i := range items {
		value := i.text(space, name)
		r.want(!seen[value], "two items have %s %s", name, value)
		seen[value] = true
	}
}

func (r *rules) absolute(address string) {
	r.want(regexp.MustCompile(`^https?://[^/]+[0-9a-zA-Z;/?:@&=+$._!~*'()%,#-]*$`).MatchString(address), "address %q", address)
}

func (r *rules) tag(id string) {
	r.want(regexp.MustCompile(`^tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]+$`).MatchString(id), "id %q", id)
}

// scheme is one of the newsroom's own, or the IPTC's.
func (r *rules) scheme(uri string) {
	if uri != mediaTopics {
		r.tag(uri)
	}
}

func (r *rules) plausible(layout, value string) {
	at, err := time.Parse(layout, value)
	r.want(err == nil && at.Year() >= 1990, "date %q", value)
}

func (r *rules) language(tag string) {
	r.want(regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]+)*$`).MatchString(tag), "language %q", tag)
}

func atomFaults(feed element) []string {
	r := &rules{}
	r.want(feed.XMLName.Space == atomSpace, "namespace %q", feed.XMLName.Space)
	r.once(feed, atomSpace, "id", "title", "updated", "subtitle")
	r.language(feed.attr("lang"))
	r.plausible(time.RFC3339, feed.text(atomSpace, "updated"))
	r.links(feed, "application/atom+xml")
	entries := feed.all(atomSpace, "entry")
	r.want(len(entries) > 0 || feed.text(atomSpace, "id") != "", "an empty feed without id")
	r.unique(entries, atomSpace, "id")
	r.unique(entries, atomSpace, "updated")
	for _, e := range entries {
		r.once(e, atomSpace, "id", "title", "updated", "published", "author", "content")
		r.tag(e.text(atomSpace, "id"))
		r.language(e.attr("lang"))
		r.plausible(time.RFC3339, e.text(atomSpace, "published"))
		r.plausible(time.RFC3339, e.text(atomSpace, "updated"))
		r.once(e.all(atomSpace, "author")[0], atomSpace, "name", "uri")
		r.want(len(e.all(atomSpace, "summary")) == 0 || e.text(atomSpace, "summary") != "", "blank summary")
		for _, c := range e.all(atomSpace, "category") {
			r.want(c.attr("term") != "" && c.attr("label") != "", "category %v", c.Attrs)
			r.scheme(c.attr("scheme"))
		}
		alternates := map[string]int{} // of a type for each language: section 4.1.2
		for _, l := range e.all(atomSpace, "link") {
			r.absolute(l.attr("href"))
			r.want(l.attr("rel") != "enclosure" || l.attr("type") != "" && l.attr("length") != "", "an enclosure without type or length")
			if l.attr("rel") == "alternate" && l.attr("type") == "text/html" {
				alternates[l.attr("hreflang")]++
			}
		}
		r.want(len(alternates) > 0, "no alternate")
		for language, n := range alternates {
			r.want(n == 1 && (language != "" || len(alternates) == 1), "%d alternates in %q", n, language)
		}
		r.html(e.text(atomSpace, "content"))
	}
	return r.faults
}

// links checks those of the feed: one to itself, with its own type, and each relation registered.
func (r *rules) links(e element, mediaType string) {
	known := []string{"self", "alternate", "hub", "first", "next", "previous", "current", "prev-archive", "next-archive"}
	selves := 0
	for _, l := range e.all(atomSpace, "link") {
		r.absolute(l.attr("href"))
		r.want(slices.Contains(known, l.attr("rel")), "link relation %q", l.attr("rel"))
		if l.attr("rel") == "self" {
			selves++
			r.want(l.attr("type") == mediaType, "self is %q", l.attr("type"))
		}
	}
	r.want(selves == 1, "%d links to itself", selves)
}

func rssFaults(rss element) []string {
	r := &rules{}
	channel := rss.all("", "channel")[0]
	r.want(rss.attr("version") == "2.0", "version %q", rss.attr("version"))
	r.once(channel, "", "title", "link", "description", "language", "lastBuildDate")
	r.language(channel.text("", "language"))
	r.absolute(channel.text("", "link"))
	r.plausible(time.RFC1123Z, channel.text("", "lastBuildDate"))
	r.links(channel, "application/rss+xml")
	r.want(itemsAreLast(channel), "an item stands before an element of the channel")
	items := channel.all("", "item")
	r.unique(items, "", "guid")
	for _, i := range items {
		r.once(i, "", "title", "link", "guid", "pubDate")
		r.once(i, "http://purl.org/dc/elements/1.1/", "creator")
		r.once(i, "http://purl.org/rss/1.0/modules/content/", "encoded")
		r.absolute(i.text("", "link"))
		r.tag(i.text("", "guid"))
		r.want(i.all("", "guid")[0].attr("isPermaLink") == "false", "the guid is no address")
		r.want(len(i.all("", "author")) == 0, "an author needs an address")
		r.plausible(time.RFC1123Z, i.text("", "pubDate"))
		r.want(strings.HasSuffix(i.text("", "pubDate"), " +0000"), "pubDate %q", i.text("", "pubDate"))
		r.want(position(i, "description") < position(i, "encoded"), "content before its description")
		for _, c := range i.all("", "category") {
			r.want(c.Text != "", "blank category")
			r.scheme(c.attr("domain"))
		}
		r.want(len(i.all("", "enclosure")) <= 1, "more than one enclosure")
		r.html(i.text("", "description"))
		r.html(i.text("http://purl.org/rss/1.0/modules/content/", "encoded"))
	}
	return r.faults
}

func itemsAreLast(channel element) bool {
	first := position(channel, "item")
	for i, c := range channel.Children {
		if i > first && c.XMLName.Local != "item" {
			return false
		}
	}
	return true
}

func position(e element, name string) int {
	at := slices.IndexFunc(e.Children, func(c element) bool { return c.XMLName.Local == name })
	if at < 0 {
		return len(e.Children)
	}
	return at
}

// html refuses what validators call a risk, and addresses that mean nothing outside the page.
func (r *rules) html(content string) {
	tokens := html.NewTokenizer(strings.NewReader(content))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := tokens.Token()
			r.want(!slices.Contains([]string{"script", "style", "form", "iframe", "object", "embed", "link", "meta", "html", "body"}, tag.Data), "<%s>", tag.Data)
			for _, a := range tag.Attr {
				r.want(a.Key != "style" && !strings.HasPrefix(a.Key, "on"), "%s=%q", a.Key, a.Val)
				if a.Key == "href" || a.Key == "src" {
					r.want(regexp.MustCompile(`^(https?|mailto|tel):`).MatchString(a.Val), "relative address %q", a.Val)
				}
			}
		}
	}
}
