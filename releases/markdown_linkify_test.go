package releases

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// parsedWith renders Markdown as a parser understands it.
func parsedWith(t testing.TB, p parser.Parser, markdown string) string {
	t.Helper()
	var rendered bytes.Buffer
	if err := htmlRenderer.Render(&rendered, []byte(markdown), p.Parse(text.NewReader([]byte(markdown)))); err != nil {
		t.Fatal(err)
	}
	return rendered.String()
}

// Looking only where an address may be finds the same as looking at every word.
func FuzzLinkify(f *testing.F) {
	for _, markdown := range []string{
		"www.duavgör.se", "Se www.duavgör.se.", "(www.ö.se) *www.ö.se* _www.ö.se_ ~www.ö.se~", "a@ö.se b@c.example.org,\n\td@e.org\n",
		"https://ö.se/å?x=(y)", "http://a.se\u00a0www.b.se c@d.se", "> www.ö.se\n- a@b.se\n# http://ö.se", "ww.a.se @ :// www. x@", "[www.a.se](b) `c@d.se`", "",
	} {
		f.Add(markdown)
	}
	guarded := newLinkify()
	quick, plain := newMarkdownParser(guarded), newMarkdownParser(guarded.InlineParser)
	f.Fuzz(func(t *testing.T, markdown string) {
		if got, want := parsedWith(t, quick, markdown), parsedWith(t, plain, markdown); got != want {
			t.Errorf("%q is\n%s\nwanted\n%s", markdown, got, want)
		}
	})
}

// BenchmarkMarkdown parses and renders a real release's length of text, looking for addresses only where
// they may be, and at every word as the baseline.
func BenchmarkMarkdown(b *testing.B) {
	guarded := newLinkify()
	body := strings.Repeat("Länsstyrelsen i Dalarna *startar* i dag en satsning för alla som bor i länet. Läs mer: www.duavgör.se\n\n", 20)
	for name, addresses := range map[string]parser.InlineParser{"where they may be": guarded, "at every word": guarded.InlineParser} {
		p := newMarkdownParser(addresses)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				parsedWith(b, p, body)
			}
		})
	}
}
