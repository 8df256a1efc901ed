package releases

import (
	"bytes"
	"html/template"
	"net/url"
	"regexp"
	"strings"

	"dateline/releases/input"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// HTML renders Markdown for a page, a feed or a mail. What is not in our policy is left out: no
// script, style, form, frame or event handler; links only to http, https, mailto and tel. HTML in the
// Markdown is text like any other. Headings begin at h2 and skip no level. base makes relative addresses
// absolute.
func HTML(markdown, base string) template.HTML {
	source := []byte(markdown)
	document := markdownParser.Parse(text.NewReader(source))
	prepare(document, source, base)
	var rendered bytes.Buffer
	// A render error is the writer's, and a buffer has none.
	_ = htmlRenderer.Render(&rendered, source, document)
	return template.HTML(policy.SanitizeBytes(rendered.Bytes()))
}

// The parser and renderer know CommonMark without raw HTML, which would be lost, and bare addresses
// as links. A line break that is typed is one that is meant: contact lines, poems.
var (
	markdownParser = newMarkdownParser(newLinkify())
	htmlRenderer   = goldmark.New(goldmark.WithRendererOptions(html.WithHardWraps())).Renderer()
	policy         = newPolicy()
)

func newMarkdownParser(addresses parser.InlineParser) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(addresses, 999),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
}

// newLinkify finds bare addresses. Unlike the defaults these take hosts beyond ASCII.
func newLinkify() linkify {
	const host = `[\pL\pN][-\pL\pN\pM.]{0,252}\.[\pL][-\pL\pN\pM]*[\pL\pN\pM](?::\d+)?`
	const rest = `(?:[/?#][^\s<>"“”]*)?`
	return linkify{extension.NewLinkifyParser(
		extension.WithLinkifyURLRegexp(regexp.MustCompile(`^https?://`+host+rest)),
		extension.WithLinkifyWWWRegexp(regexp.MustCompile(`^www\.`+host+rest)),
		extension.WithLinkifyEmailRegexp(regexp.MustCompile(`^[-\pL\pN\pM.!#$%&'*+/=?^_`+"`"+`{|}~]+@`+host)),
	)}
}

// linkify matches only where an address may be. Asked at every word, as it is by goldmark, the
// expressions were most of what rendering took.
type linkify struct{ parser.InlineParser }

func (l linkify) Parse(parent ast.Node, block text.Reader, context parser.Context) ast.Node {
	word, _ := block.PeekLine()
	if end := bytes.IndexAny(word[min(1, len(word)):], " \t\r\n"); end >= 0 {
		word = word[:1+end] // with what led here, such as a space
	}
	if !bytes.ContainsRune(word, '@') && !bytes.Contains(word, []byte("://")) && !bytes.Contains(word, []byte("www.")) {
		return nil
	}
	return l.InlineParser.Parse(parent, block, context)
}

// newPolicy lists what goldmark writes for the Markdown above, and nothing else.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "h5", "h6", "strong", "em", "blockquote", "ul", "ol", "li", "pre", "code", "hr")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}

// prepare turns the parsed document into what a page may show.
func prepare(document ast.Node, source []byte, base string) {
	var headings []*ast.Heading
	for _, n := range nodesOf(document) {
		switch n := n.(type) {
		case *ast.Heading:
			headings = append(headings, n)
		case *ast.Image:
			drop(n)
		case *ast.AutoLink:
			link := ast.NewLink()
			address := autoLinkAddress(n, source)
			words := ast.NewString(n.Label(source))
			words.SetRaw(true)
			link.AppendChild(link, words)
			n.Parent().ReplaceChild(n.Parent(), n, link)
			aim(link, address, base)
		case *ast.Link:
			aim(n, destination(n), base)
		}
	}
	level(headings)
}

// level gives headings the levels of an outline below the page's h1, whatever number of # each writer begins
// with: one is a level below the nearest before it that has fewer. HTML ends at h6.
func level(headings []*ast.Heading) {
	var above []int // as typed
	for _, heading := range headings {
		if heading.Parent() == nil {
			continue // it held nothing but a picture
		}
		for len(above) > 0 && above[len(above)-1] >= heading.Level {
			above = above[:len(above)-1]
		}
		above = append(above, heading.Level)
		heading.Level = min(1+len(above), 6)
	}
}

// nodesOf lists a document's nodes, so that it may be changed while they are gone through.
func nodesOf(document ast.Node) []ast.Node {
	var nodes []ast.Node
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			nodes = append(nodes, n)
		}
		return ast.WalkContinue, nil
	})
	return nodes
}

// drop takes a node out, and a paragraph or link that held nothing else.
func drop(n ast.Node) {
	parent := n.Parent()
	parent.RemoveChild(parent, n)
	if !parent.HasChildren() && parent.Kind() != ast.KindDocument {
		drop(parent)
	}
}

func autoLinkAddress(n *ast.AutoLink, source []byte) string {
	address := string(n.URL(source))
	if n.AutoLinkType == ast.AutoLinkEmail {
		return "mailto:" + address
	}
	return address
}

// destination is where a link leads, with its entities resolved.
func destination(link *ast.Link) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(link.Destination)))
}

// aim points a link at an absolute address whose host every reader knows; where it has none that may
// be followed, its words stay as words.
func aim(link *ast.Link, address, base string) {
	address, ok := absolute(address, base)
	if ok {
		// The renderer resolves entities: an & that is one has to be written as one.
		link.Destination = []byte(strings.ReplaceAll(address, "&", "&amp;"))
		return
	}
	parent := link.Parent()
	for link.HasChildren() {
		parent.InsertBefore(parent, link, link.FirstChild())
	}
	parent.RemoveChild(parent, link)
}

// absolute resolves an address against base and writes its host as A-labels. ok is false for what a
// link may not lead to.
func absolute(address, base string) (string, bool) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	if from, err := url.Parse(base); err == nil && base != "" {
		parsed = from.ResolveReference(parsed)
	}
	switch parsed.Scheme {
	case "http", "https":
		host, ok := input.Host(parsed.Hostname())
		if !ok {
			return parsed.String(), parsed.Hostname() != ""
		}
		if port := parsed.Port(); port != "" {
			host += ":" + port
		}
		parsed.Host = host
	case "mailto", "tel", "":
	default:
		return "", false
	}
	return parsed.String(), true
}
