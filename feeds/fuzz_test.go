package feeds

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/releases"
)

func FuzzFeeds_AnyText_IsWellFormedAndBreaksNoRule(f *testing.F) {
	for _, seed := range []string{
		"Vanlig text", "\x00\x01\x08\x0b\x1f\x7f\u0085\u009f", "]]>", "<![CDATA[ ]]>", "&amp; &#1; &nbsp; &lt;/b&gt; &", "<script>alert(1)</script>",
		"👩🏽‍🚒🏳️‍🌈", "שלום \u202eabc\u202c مرحبا", "\xff\xfe\xc3\x28", "\ufffe\uffff\ufdd0", "a\r\nb\tc", "[x](javascript:alert(1))", "![x](y.png)",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, line, block string) {
		l := campaign()
		l.Text.Headline, l.Text.Lede, l.Text.Dateline = "x"+line, line, line
		l.Text.Body, l.Text.Boilerplate = block, block
		l.Text.Contacts[0].Name, l.Text.Contacts[0].Email = line, line
		l.Text.Files[1].Name, l.Text.Files[1].Alt, l.Text.Files[1].Caption, l.Text.Files[1].Credit, l.Text.Files[1].Rights = line, line, line, line, line
		l.Newsroom.Name, l.Newsroom.Topics[0].Name = "x"+line, "x"+line
		l.Corrections = []releases.Correction{{At: l.UpdatedAt, Note: block}}
		gone := l
		gone.ID, gone.Text, gone.Corrections = "gone", releases.Text{Kind: l.Text.Kind, Language: "sv", Headline: l.Text.Headline}, nil
		gone.Withdrawn = &releases.Withdrawn{ID: gone.ID, Language: "sv", Zone: l.Zone, At: l.UpdatedAt, Reason: block, Pictures: []string{"p2"}}
		feed := feedOf(t, l, gone)
		feed.Newsroom.Name = "x" + line
		for _, format := range []Format{FormatAtom, FormatRSS} {
			document := write(t, format, feed)
			noFaults(t, document)
			parse(t, document)
		}
		news, _, err := feed.NewsSitemap(l.LiftAt, feed.Items)
		if err != nil {
			t.Fatal(err)
		}
		card, err := feed.OEmbedXML(l, Embed{})
		if err != nil {
			t.Fatal(err)
		}
		list, err := feed.OPML([]releases.Newsroom{l.Newsroom})
		if err != nil {
			t.Fatal(err)
		}
		opened := feed
		opened.ForPeople, opened.Page.Next = true, "c1"
		for _, document := range []string{write(t, FormatAtom, opened), write(t, FormatRSS, opened), write(t, FormatNewsML, feed), string(news), string(card), string(list)} {
			wellFormed(t, document)
			for _, fault := range characterFaults(document) {
				t.Errorf("%s:\n%s", fault, document)
			}
		}
		readNinjs(t, []byte(write(t, FormatNinjs, feed)), nil)
		noJSONFaults(t, write(t, FormatJSON, feed))
		if document := write(t, FormatJSON, feed); !utf8.ValidString(document) || len(readJSON(t, document).Items) != 2 {
			t.Errorf("%q", document)
		}
	})
}

func TestFeeds_ABodyOfAMegabyte_ComesThroughWhole(t *testing.T) {
	l := campaign()
	const times = 1 << 10
	l.Text.Body = strings.Repeat("Ord & åäö ]]> 😀 "+strings.Repeat("ord", 330)+" ", times) + "slut"
	for _, format := range Formats {
		content := parse(t, write(t, format, feedOf(t, l))).Items[0].Content
		if strings.Count(content, "Ord &amp; åäö ]]&gt; 😀") != times || !strings.Contains(content, "slut") {
			t.Errorf("%s: the body is not whole (%d bytes)", format, len(content))
		}
	}
}

func TestFeeds_TextThatLooksLikeHTML_IsText(t *testing.T) {
	l := campaign()
	l.Text.Headline = "Q&A: <b>5 < 6</b> &lt; ]]>"
	for _, format := range Formats {
		equal(t, string(format), parse(t, write(t, format, feedOf(t, l))).Items[0].Title, l.Text.Headline)
	}
}
