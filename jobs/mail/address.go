package mail

import (
	"fmt"
	"mime"
	netmail "net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Envelope takes the bare address and its domain out of a mailbox, "Name <press@example.se>" or an
// address alone, with the domain as A-labels (RFC 5890): what MAIL FROM says and a Message-ID ends in.
func Envelope(mailbox string) (address, domain string, err error) {
	m, err := netmail.ParseAddress(mailbox)
	if err != nil {
		return "", "", fmt.Errorf("mailbox %q: %w", mailbox, err)
	}
	address, err = asciiDomain(m.Address)
	if err != nil {
		return "", "", fmt.Errorf("mailbox %q: %w", mailbox, err)
	}
	return address, address[strings.LastIndexByte(address, '@')+1:], nil
}

// MessageID is the stable id of a dispatch's message to one subscriber, at the sender's domain. It
// begins with the dispatch, so that its mails can be found by it. Each text that the dispatch may send
// has an edition of its own, since another text is another message (RFC 5322, section 3.6.4).
func MessageID(dispatchID, edition, subscriberID, domain string) string {
	return "<" + dispatchID + "." + edition + "." + subscriberID + "@" + domain + ">"
}

// Domain is the domain of an address, in small letters and as A-labels: what a relay's answers and
// limits are kept by.
func Domain(address string) string {
	if ascii, err := asciiDomain(address); err == nil {
		address = ascii
	}
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// asciiDomain gives an address its domain as A-labels. The local part stays as it is.
func asciiDomain(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 {
		return address, fmt.Errorf("%q is not an address", address)
	}
	if isASCII(address[at:]) {
		return address, nil
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return address, fmt.Errorf("domain of %q: %w", address, err)
	}
	return address[:at+1] + domain, nil
}

// appendMailbox writes an address of a header field. Whatever the name and address hold, no line can
// be begun by them: control characters are left out.
func appendMailbox(buf []byte, name, address string) []byte {
	address = strings.ReplaceAll(oneLine(address), " ", "")
	if a, err := asciiDomain(address); err == nil {
		address = a
	}
	if name = phrase(name); name != "" {
		buf = append(append(buf, name...), ' ')
	}
	return append(append(append(buf, '<'), address...), '>')
}

// longestName is how much of a display name is shown: it is a courtesy, and a line has its limit.
const longestName = 120

var quotedPairs = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// phrase writes a display name as RFC 5322 section 3.2.5 wants it: quoted, or as RFC 2047 encoded
// words folded between them. A name with a line break or another control character loses it.
func phrase(name string) string {
	name = oneLine(name)
	if len(name) > longestName {
		runes := []rune(name)
		name = strings.TrimSpace(string(runes[:min(len(runes), longestName)]))
	}
	switch {
	case name == "":
		return ""
	case isASCII(name):
		return `"` + quotedPairs.Replace(name) + `"`
	}
	return strings.ReplaceAll(mime.BEncoding.Encode("utf-8", name), "?= =?", "?=\r\n =?")
}

// oneLine makes one line of a text: runs of space are one, control characters are gone. Most texts are
// one already.
func oneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// isOneLine knows lines of ASCII.
func isOneLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == ' ' && before == ' ' {
			return false
		}
		before = s[i]
	}
	return s == "" || before != ' '
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
