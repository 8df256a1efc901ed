package feeds

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/releases"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"
)

func parse(t testing.TB, document string) *gofeed.Feed {
	t.Helper()
	parsed, err := gofeed.NewParser().ParseString(document)
	if err != nil {
		t.Fatalf("gofeed: %v\n%.2000s", err, document)
	}
	return parsed
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestFeed_ReadBack_IsWhatWasPutIn(t *testing.T) {
	l := campaign()
	for _, format := range Formats {
		t.Run(string(format), func(t *testing.T) {
			document := write(t, format, feedOf(t, l))
			feed := parse(t, document)
			equal(t, "type", feed.FeedType, string(format))
			equal(t, "title", feed.Title, "Länsstyrelsen Dalarna")
			equal(t, "description", feed.Description, "Pressmeddelanden och nyheter från Länsstyrelsen Dalarna, i sin helhet.")
			equal(t, "home", feed.Link, "https://press.example/lansstyrelsen-dalarna")
			equal(t, "self", feed.FeedLink, "https://press.example/lansstyrelsen-dalarna/feed."+string(format))
			equal(t, "language", feed.Language, "sv")
			if len(feed.Items) != 1 {
				t.Fatalf("%d items", len(feed.Items))
			}
			i := feed.Items[0]
			equal(t, "id", i.GUID, "tag:lansstyrelsen.se,2016-01-31:q2h5tq3kd7w2mxe4ra6yvhcg2u")
			equal(t, "address", i.Link, "https://press.example/lansstyrelsen-dalarna/nationell-satsning")
			equal(t, "title", i.Title, l.Text.Headline)
			equal(t, "published", *i.PublishedParsed, l.LiftAt)
			equal(t, "author", i.Authors[0].Name, "Länsstyrelsen Dalarna")
			if !slices.Equal(i.Categories, []string{"Pressmeddelande", "Jämställdhet", "Fiske & vatten"}) {
				t.Errorf("categories: %q", i.Categories)
			}
			equal(t, "content", i.Content, wantContent)
		})
	}
}

func TestFeed_Summary_IsTheLede(t *testing.T) {
	l := campaign()
	equal(t, "atom", parse(t, write(t, FormatAtom, feedOf(t, l))).Items[0].Description, l.Text.Lede)
	equal(t, "rss, as HTML", parse(t, write(t, FormatRSS, feedOf(t, l))).Items[0].Description, "7,5 procent av svenska män &lt;b&gt;mellan&lt;/b&gt; 18 &amp; 65 år.")
	equal(t, "json", readJSON(t, write(t, FormatJSON, feedOf(t, l))).Items[0].Summary, l.Text.Lede)
}

func TestFeed_Updated_HasMilliseconds(t *testing.T) {
	const want = "2016-10-19T07:30:15.250Z"
	l := campaign()
	equal(t, "atom", parse(t, write(t, FormatAtom, feedOf(t, l))).Items[0].Updated, want)
	equal(t, "json", readJSON(t, write(t, FormatJSON, feedOf(t, l))).Items[0].DateModified, want)
	rss := parse(t, write(t, FormatRSS, feedOf(t, l)))
	equal(t, "rss", rss.Items[0].Extensions["atom"]["updated"][0].Value, want)
	equal(t, "rss channel", rss.Updated, "Wed, 19 Oct 2016 07:30:15 +0000")
}

func TestFeed_Empty_IsValid(t *testing.T) {
	for _, format := range Formats {
		f := feedOf(t)
		document := write(t, format, f)
		if got := parse(t, document); len(got.Items) != 0 || got.Title == "" {
			t.Errorf("%s: %s", format, document)
		}
		if format != FormatJSON {
			noFaults(t, document)
		}
	}
	if document := write(t, FormatJSON, feedOf(t)); !strings.Contains(document, `"items": []`) {
		t.Errorf("items are not an empty list: %s", document)
	}
	equal(t, "updated", parse(t, write(t, FormatAtom, feedOf(t))).Updated, "2016-02-01T08:00:00.000Z")
}

func TestFeed_OfEveryNewsroom_NamesTheAuthorOfEachItem(t *testing.T) {
	other := campaign()
	other.ID, other.Newsroom.ID, other.Newsroom.Name, other.Newsroom.Slug = "other", "o", "Växjö kommun", "vaxjo"
	f := feedOf(t, campaign(), other)
	f.Newsroom = releases.Newsroom{}
	for _, format := range Formats {
		feed := parse(t, write(t, format, f))
		equal(t, "self", feed.FeedLink, "https://press.example/feed."+string(format))
		equal(t, "first author", feed.Items[0].Authors[0].Name, "Länsstyrelsen Dalarna")
		equal(t, "second author", feed.Items[1].Authors[0].Name, "Växjö kommun")
		equal(t, "second address", feed.Items[1].Link, "https://press.example/vaxjo/nationell-satsning")
	}
	noFaults(t, write(t, FormatAtom, f))
	noFaults(t, write(t, FormatRSS, f))
}

func TestFeed_OfNothingAtAll_IsValid(t *testing.T) {
	f := feedOf(t)
	f.Newsroom = releases.Newsroom{}
	noFaults(t, write(t, FormatAtom, f))
	noFaults(t, write(t, FormatRSS, f))
}

func TestFeed_WrittenTwice_IsTheSameBytes(t *testing.T) {
	for _, format := range Formats {
		first := write(t, format, feedOf(t, numbered(20)...))
		if second := write(t, format, feedOf(t, numbered(20)...)); second != first {
			t.Errorf("%s differs", format)
		}
	}
}

func TestFeed_TwoInOneMillisecond_KeepTheirOrderAndDiffer(t *testing.T) {
	items := numbered(4)
	for i := range items {
		items[i].LiftAt = time.Date(2016, 10, 18, 4, 0, 0, 7e6, time.UTC)
		items[i].UpdatedAt = items[i].LiftAt
	}
	for _, format := range Formats {
		var titles []string
		for _, i := range parse(t, write(t, format, feedOf(t, items...))).Items {
			titles = append(titles, i.Title)
		}
		if want := []string{"Release 4", "Release 3", "Release 2", "Release 1"}; !slices.Equal(titles, want) {
			t.Errorf("%s: %q", format, titles)
		}
	}
	document := write(t, FormatAtom, feedOf(t, items...))
	noFaults(t, document)
	feed := parse(t, document)
	entries := feed.Items
	equal(t, "the feed's update is its newest entry's", feed.Updated, entries[0].Updated)
	for i := 1; i < len(entries); i++ {
		if !entries[i-1].UpdatedParsed.After(*entries[i].UpdatedParsed) {
			t.Errorf("%s is not after %s", entries[i-1].Updated, entries[i].Updated)
		}
		equal(t, "published", entries[i].Published, "2016-10-18T04:00:00.007Z")
	}
}

func TestFeed_TwentyReleases_BreaksNoRule(t *testing.T) {
	items := append(numbered(20), campaign())
	noFaults(t, write(t, FormatAtom, feedOf(t, items...)))
	noFaults(t, write(t, FormatRSS, feedOf(t, items...)))
}

func readJSON(t testing.TB, document string) jsonfeed.Feed {
	t.Helper()
	var feed jsonfeed.Feed
	if err := json.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	return feed
}

const wantContent = `<p><strong>7,5 procent av svenska män &lt;b&gt;mellan&lt;/b&gt; 18 &amp; 65 år.</strong></p>
<figure><img src="https://press.example/files/p2/%C3%84lven%20&amp;%20%C3%A5n.jpg" alt="En älv" width="1200" height="800"><figcaption>Vid &lt;Gagnef&gt; &amp; Mockfjärd. Foto: Åsa Ek</figcaption></figure>
<p><em>Falun, 18 oktober 2016</em></p>
<h2>Bakgrund</h2>
<p>Utan <em>efterfrågan</em> ingen marknad. Läs på <a href="https://www.xn--duavgr-0xa.se">https://www.duavgör.se</a>.</p>
<ul>
<li>ett</li>
<li>två</li>
</ul>
<figure><img src="https://press.example/files/p1/karta.png" alt=""></figure>

<h2>Presskontakt</h2>
<p>Kerstin Bergman<br>
Handläggare<br>
<a href="tel:+46102250425">+46 (0)10-225 04 25</a><br>
<a href="mailto:kerstin@l%C3%A4nsstyrelsen.se">kerstin@länsstyrelsen.se</a></p>

<h2>Om Länsstyrelsen Dalarna</h2>
<p>Länsstyrelsen är en <em>statlig</em> myndighet.</p>
`
