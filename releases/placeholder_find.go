package releases

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Placeholder is text that somebody meant to replace: "XXX", "TBC", "[name]", "lorem ipsum", a link
// without an address.
type Placeholder struct {
	Field string // as on the API: "body", "contacts[0].phone"
	Text  string // as it stands there
}

// leftover are words that stand for what is to come. In capitals alone: "tbc" may be part of a text.
var (
	word     = regexp.MustCompile(`[\p{L}\p{N}]+`)
	leftover = regexp.MustCompile(`^(?:[Xx]{3,}|TBC|TBD|TBA|TODO|TKTK?)$`)
	latin    = regexp.MustCompile(`(?i)lorem\s+ipsum`)
)

// bracketed is a note to oneself in brackets, "[name]", that is neither a link nor a quoter's mark.
var bracketed = regexp.MustCompile(`\[[^\[\]\n]{2,60}\]|\{\{[^{}\n]{1,60}\}\}|<<[^<>\n]{1,60}>>`)

// marks are brackets that belong to a text.
var marks = []string{"[sic]", "[...]", "[…]", "[!]", "[?]", "[--]"}

// Placeholders finds what is left over in a text, each once for a field.
func Placeholders(t Text) []Placeholder {
	var found []Placeholder
	add := func(field, text string) {
		if p := (Placeholder{field, text}); !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	for _, f := range placeholderFields(t) {
		plain := f.value
		if f.markdown {
			var links []string
			plain, links = linkless(f.value)
			for _, link := range links {
				add(f.name, link)
			}
		}
		for _, w := range word.FindAllString(plain, -1) {
			if leftover.MatchString(w) {
				add(f.name, w)
			}
		}
		for _, text := range latin.FindAllString(plain, -1) {
			add(f.name, text)
		}
		for _, text := range bracketed.FindAllString(plain, -1) {
			if !slices.Contains(marks, strings.ToLower(text)) {
				add(f.name, text)
			}
		}
	}
	return found
}

type placeholderField struct {
	name, value string
	markdown    bool
}

func placeholderFields(t Text) []placeholderField {
	fields := []placeholderField{
		{"headline", t.Headline, false}, {"lede", t.Lede, false}, {"body", t.Body, true}, {"dateline", t.Dateline, false},
		{"boilerplate", t.Boilerplate, true},
	}
	for i, c := range t.Contacts {
		for _, f := range [][2]string{{"name", c.Name}, {"role", c.Role}, {"phone", c.Phone}, {"email", c.Email}} {
			fields = append(fields, placeholderField{fmt.Sprintf("contacts[%d].%s", i, f[0]), f[1], false})
		}
	}
	for i, file := range t.Files {
		for _, f := range [][2]string{{"alt", file.Alt}, {"caption", file.Caption}, {"credit", file.Credit}} {
			fields = append(fields, placeholderField{fmt.Sprintf("files[%d].%s", i, f[0]), f[1], false})
		}
	}
	return fields
}

// linkless is the text of Markdown without what belongs to its links and pictures, and those links that
// lead nowhere or have nothing to click on.
func linkless(markdown string) (plain string, empty []string) {
	source := []byte(markdown)
	var b strings.Builder
	ast.Walk(markdownParser.Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteString("\n")
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteString("\n")
			}
		case *ast.Link:
			label, target := labelOf(n, source), strings.TrimSpace(string(n.Destination))
			if target == "" || target == "#" || strings.TrimSpace(label) == "" || blankAddress.MatchString(target) {
				empty = append(empty, "["+label+"]("+target+")")
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String(), empty
}

// blankAddress is a beginning without an address behind it.
var blankAddress = regexp.MustCompile(`^(?:https?|mailto|tel):/*$`)

// labelOf is what a reader sees of a link, or a picture's text.
func labelOf(n ast.Node, source []byte) string {
	var b strings.Builder
	ast.Walk(n, func(inner ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := inner.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		if _, ok := inner.(*ast.Image); ok && entering && inner != n {
			b.WriteString("▦") // a picture can be clicked on
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
