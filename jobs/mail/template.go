package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html"
	"slices"
	"strings"
)

// Recipient is what differs between two recipients of one Template.
type Recipient struct {
	Email, Name string
	MessageID   string // "<...@domain>", the same at every try
	Link        string // absolute, theirs alone: unsubscribes, by one-click POST and as a page; in an advance copy, their pass
}

// Template is a message rendered for one version and language, with places for a recipient's fields.
// It never changes, so any number of goroutines may splice it.
type Template struct {
	pieces [][]byte // one more than places
	places []place
	plain  bool    // as long as what a recipient's fields add is
	dots   [][]int // in each piece, those that begin a line
}

// A place is where one of a recipient's fields stands. Each has its own way of being written.
type place int

const (
	placeTo place = iota
	placeMessageID
	placeUnsubscribe // the header field; an advance copy has none
	placeLinkText    // in the quoted-printable text
	placeLinkHTML    // in an attribute of the quoted-printable HTML
	placeCount
)

// tokens stand for a recipient's fields while a message is built. They are letters and digits, which
// every encoding leaves alone; short, so that no line is broken inside one; and random, so that no
// text can hold one.
type tokens [placeCount]string

func newTokens() tokens {
	var t tokens
	secret := rand.Text()[:16]
	for p := range t {
		t[p] = fmt.Sprintf("%s%d", secret, p)
	}
	return t
}

// newTemplate cuts a built message at its tokens. Each but those left out must be there exactly once.
func newTemplate(message []byte, t tokens, without ...place) (*Template, error) {
	type found struct {
		at    int
		place place
	}
	var all []found
	for p, token := range t {
		if slices.Contains(without, place(p)) {
			continue
		}
		if n := bytes.Count(message, []byte(token)); n != 1 {
			return nil, fmt.Errorf("place %d is in the message %d times", p, n)
		}
		all = append(all, found{bytes.Index(message, []byte(token)), place(p)})
	}
	slices.SortFunc(all, func(a, b found) int { return a.at - b.at })

	made, from := &Template{}, 0
	for _, f := range all {
		made.pieces = append(made.pieces, message[from:f.at])
		made.places = append(made.places, f.place)
		from = f.at + len(t[f.place])
	}
	made.pieces = append(made.pieces, message[from:])
	made.plain = asciiBytes(message) && bytes.HasSuffix(message, []byte("\n"))
	for _, piece := range made.pieces {
		made.dots = append(made.dots, dotsOf(piece))
		made.plain = made.plain && !bytes.HasPrefix(piece, []byte("."))
	}
	return made, nil
}

// Message makes one recipient's message by appending its text to buf, which may be nil. What is known of the
// template need not be looked at in each message again.
func (t *Template) Message(buf []byte, r Recipient) *Message {
	m := &Message{To: r.Email}
	t.splice(m, buf, r)
	return m
}

// Splice makes the text of a recipient's message by appending to buf, which may be nil.
func (t *Template) Splice(buf []byte, r Recipient) []byte {
	var m Message
	t.splice(&m, buf, r)
	return m.Data
}

// splice makes the text and tells what is known of it. Nothing that a field holds can begin a header field or
// end an HTML attribute.
func (t *Template) splice(m *Message, buf []byte, r Recipient) {
	link := asciiURL(r.Link)
	m.plain = t.plain && len(buf) == 0
	piece := func(i int) {
		for _, dot := range t.dots[i] {
			m.dots = append(m.dots, len(buf)+dot)
		}
		buf = append(buf, t.pieces[i]...)
	}
	for i, p := range t.places {
		piece(i)
		begin := len(buf)
		switch p {
		case placeTo:
			buf = appendMailbox(buf, r.Name, r.Email)
		case placeMessageID:
			buf = append(buf, asciiURL(strings.Trim(r.MessageID, "<>"))...)
		case placeUnsubscribe:
			buf = append(buf, link...)
		case placeLinkText:
			buf = appendQuotedPrintable(buf, link)
		case placeLinkHTML:
			buf = appendQuotedPrintable(buf, html.EscapeString(link))
		}
		m.plain = m.plain && asciiBytes(buf[begin:])
		for _, dot := range dotsOf(buf[begin:]) {
			if dot > 0 || begin > 0 && buf[begin-1] == '\n' {
				m.dots = append(m.dots, begin+dot)
			}
		}
	}
	piece(len(t.places))
	m.Data = buf
}

const hexDigits = "0123456789ABCDEF"

// asciiURL percent-encodes what a URL may not hold and what would end it in a header field.
func asciiURL(s string) string {
	bad := 0
	for i := range len(s) {
		if notInURL[s[i]] {
			bad++
		}
	}
	if bad == 0 {
		return s
	}
	b := make([]byte, 0, len(s)+2*bad)
	for i := range len(s) {
		if c := s[i]; notInURL[c] {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

var notInURL = func() (is [256]bool) {
	for c := range is {
		is[c] = c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"`{}|\\^", byte(c)) >= 0
	}
	return is
}()

// appendQuotedPrintable writes printable ASCII for a quoted-printable part (RFC 2045 section 6.7).
// Soft breaks leave room for a few characters of the template on the first line and the last.
func appendQuotedPrintable(buf []byte, s string) []byte {
	const longest = 60
	column := 0
	for i := range len(s) {
		if column >= longest {
			buf = append(buf, "=\r\n"...)
			column = 0
		}
		if s[i] == '=' {
			buf = append(buf, "=3D"...)
			column += 3
			continue
		}
		buf = append(buf, s[i])
		column++
	}
	return buf
}
