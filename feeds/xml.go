package feeds

import (
	"bytes"
	"fmt"
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

func writeXML(root any) ([]byte, error) {
	var b bytes.Buffer
	if err := feeds.WriteXML(document{root}, &b); err != nil {
		return nil, fmt.Errorf("write feed: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
