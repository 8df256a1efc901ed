package releases

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// leftOut tells a writer what HTML leaves out of a text: nobody else would say that it is missing.
func (c *check) leftOut(field, markdown string) {
	pictures, links := unseen(markdown)
	for _, found := range []struct {
		message string
		these   []string
	}{{"notice.pictures_left_out", pictures}, {"notice.links_left_out", links}} {
		if len(found.these) > 0 {
			c.notices = append(c.notices, Notice{Field: field, Message: found.message, Args: map[string]any{"These": listed(found.these)}})
		}
	}
}

// unseen are the pictures and the addresses that HTML leaves out of a text, about as they stand there.
func unseen(markdown string) (pictures, links []string) {
	source := []byte(markdown)
	for _, n := range nodesOf(markdownParser.Parse(text.NewReader(source))) {
		switch n := n.(type) {
		case *ast.Image:
			pictures = append(pictures, "!["+labelOf(n, source)+"]("+string(n.Destination)+")")
		case *ast.AutoLink:
			if _, kept := absolute(autoLinkAddress(n, source), ""); !kept {
				links = append(links, string(n.Label(source)))
			}
		case *ast.Link:
			if _, kept := absolute(destination(n), ""); !kept {
				links = append(links, "["+labelOf(n, source)+"]("+string(n.Destination)+")")
			}
		}
	}
	return pictures, links
}

// listed names the first few of many, and of each what tells it from the others: a picture may be its own
// address, and the desk has its notices in a cookie.
func listed(all []string) string {
	const most, longest = 3, 50
	named := make([]string, 0, most+1)
	for _, one := range all[:min(most, len(all))] {
		if runes := []rune(one); len(runes) > longest {
			one = string(runes[:longest]) + "…"
		}
		named = append(named, one)
	}
	if len(all) > most {
		named = append(named, "…")
	}
	return strings.Join(named, ", ")
}
