package feeds

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"strings"

	"github.com/gorilla/feeds"
)

// plain is text in an element that some readers take for HTML. Hexadecimal references for & and <
// are what most of them read rightly (RSS Best Practices Profile, "Character Data").
type plain struct {
	XML string `xml:",innerxml"`
}

func plainText(s string) plain {
	return plain{strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;").Replace(s)}
}

// document is what is handed to the writer of gorilla/feeds.
type document struct{ root any }

func (d document) FeedXml() any { return d.root }

// writeXML writes a whole document. style is the address of a stylesheet, "" for none.
func writeXML(root any, style string) ([]byte, error) {
	var b bytes.Buffer
	if err := feeds.WriteXML(document{root}, &b); err != nil {
		return nil, fmt.Errorf("write XML: %w", err)
	}
	b.WriteByte('\n')
	if style == "" {
		return b.Bytes(), nil
	}
	header := strings.TrimSpace(xml.Header)
	sheet := "\n<?xml-stylesheet type=\"text/css\" href=\"" + html.EscapeString(style) + "\"?>\n"
	return bytes.Replace(b.Bytes(), []byte(header), []byte(header+sheet), 1), nil
}
