package input

import (
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Email reads an address that can be mailed: "kerstin@länsstyrelsen.se". It returns the address as
// given (trimmed, without a display name) and its key: lower case, the domain as A-labels (RFC 5890),
// so that one person has one key. ok is false when it can't be mailed.
func Email(s string) (address, key string, ok bool) {
	_, address, ok = Mailbox(s)
	if !ok {
		return "", "", false
	}
	at := strings.LastIndexByte(address, '@')
	domain, _ := asciiDomain(address[at+1:])
	return address, strings.ToLower(address[:at]) + "@" + domain, true
}

// Mailbox reads what may stand in a From or Reply-To: an address, or a name and an address.
func Mailbox(s string) (name, address string, ok bool) {
	address, changed := Clean(s)
	if changed || strings.ContainsAny(strings.TrimSpace(s), "\r\n") {
		return "", "", false
	}
	if inner, named := strings.CutSuffix(address, ">"); named {
		open := strings.LastIndexByte(inner, '<')
		if open < 0 {
			return "", "", false
		}
		name, address = unquote(strings.TrimSpace(inner[:open])), strings.TrimSpace(inner[open+1:])
	}
	if !mailable(address) || strings.ContainsAny(name, "<>") {
		return "", "", false
	}
	return name, address, true
}

func unquote(name string) string {
	inner, quoted := strings.CutPrefix(name, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !quoted || !closed {
		return name
	}
	return strings.TrimSpace(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(inner))
}

// mailable checks an address by RFC 5321 section 4.5.3.1 and RFC 6531: a dot-atom, which may hold
// letters beyond ASCII, and a domain name of at least two labels. Quoted local parts and address
// literals are refused: nobody subscribes with one.
func mailable(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at > 64 {
		return false
	}
	domain, ok := asciiDomain(address[at+1:])
	if !ok || at+1+len(domain) > 254 {
		return false
	}
	for atom := range strings.SplitSeq(address[:at], ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !atomRune(r) }) {
			return false
		}
	}
	return true
}

func atomRune(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number)
}

func asciiDomain(domain string) (string, bool) {
	ascii, ok := Host(domain)
	if !ok || !strings.Contains(ascii, ".") {
		return "", false
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return "", false
	}
	return ascii, true
}

// Host is a host's name in lower case with its labels as A-labels (RFC 5890): "www.duavgör.se" is
// "www.xn--duavgr-0xa.se".
func Host(name string) (ascii string, ok bool) {
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || ascii == "" || len(ascii) > 253 {
		return "", false
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 {
			return "", false
		}
	}
	return ascii, true
}
