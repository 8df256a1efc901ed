package releases

import (
	"bufio"
	"bytes"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// Plain renders Markdown as text for a mail or .txt: paragraphs, lists with hyphens, quotes, links
// followed by their address. Lines are not wrapped.
func Plain(markdown string) string {
	p := plain{source: []byte(markdown)}
	return p.blocks(markdownParser.Parse(text.NewReader(p.source)), "\n\n")
}

type plain struct{ source []byte }

// blocks writes the blocks in n with a separator between them.
func (p plain) blocks(n ast.Node, separator string) string {
	var parts []string
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if block := p.block(child); block != "" {
			parts = append(parts, block)
		}
	}
	return strings.Join(parts, separator)
}

func (p plain) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.List:
		return p.list(n)
	case *ast.Blockquote:
		return indent(p.blocks(n, "\n\n"), "> ", "> ")
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return strings.TrimRight(string(n.Lines().Value(p.source)), "\n")
	case *ast.ThematicBreak:
		return "* * *"
	default:
		return strings.TrimSpace(p.inlines(n))
	}
}

func (p plain) list(list *ast.List) string {
	separator := "\n"
	if !list.IsTight {
		separator = "\n\n"
	}
	var items []string
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "- "
		if list.IsOrdered() {
			marker = fmt.Sprintf("%d. ", number)
			number++
		}
		items = append(items, indent(p.blocks(item, separator), marker, strings.Repeat(" ", len(marker))))
	}
	return strings.Join(items, separator)
}

// indent puts first before the first line and rest before the others.
func indent(s, first, rest string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		prefix := rest
		if i == 0 {
			prefix = first
		}
		lines[i] = strings.TrimRight(prefix+line, " ")
	}
	return strings.Join(lines, "\n")
}

func (p plain) inlines(n ast.Node) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		b.WriteString(p.inline(child))
	}
	return b.String()
}

func (p plain) inline(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Text:
		if n.SoftLineBreak() || n.HardLineBreak() {
			return p.unescaped(n) + "\n"
		}
		return p.unescaped(n)
	case *ast.Link:
		return withAddress(p.inlines(n), destination(n))
	case *ast.AutoLink:
		return string(n.Label(p.source))
	case *ast.Image:
		return ""
	default: // emphasis, code
		return p.inlines(n)
	}
}

// unescaped resolves backslashes and entities as the HTML renderer does; code has neither.
func (p plain) unescaped(n *ast.Text) string {
	value := n.Segment.Value(p.source)
	if n.IsRaw() || n.Parent().Kind() == ast.KindCodeSpan {
		return string(value)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	goldmarkhtml.DefaultWriter.Write(w, value)
	_ = w.Flush() // to memory
	return html.UnescapeString(b.String())
}

// withAddress is a link's words and, unless they say it already, where it leads.
func withAddress(words, address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return words
	}
	switch parsed.Scheme {
	case "http", "https":
	case "mailto", "tel":
		address = address[len(parsed.Scheme)+1:]
	default:
		return words
	}
	if bare(words) == bare(address) || words == "" {
		return address
	}
	return words + " (" + address + ")"
}

// bare is an address without what readers leave out.
func bare(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		rest = address
	}
	return strings.ToLower(strings.TrimSuffix(rest, "/"))
}
