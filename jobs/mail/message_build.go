package mail

import (
	"bytes"
	"embed"
	"fmt"
	netmail "net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

//go:embed templates/*
var templates embed.FS

// content is a message before it is MIME.
type content struct {
	from, replyTo string // RFC 5322 mailboxes; replyTo may be ""
	fromName      string // shown when from is an address alone
	subject       string
	date          time.Time
	language      string // BCP 47
	fields        [][2]string
	text, html    string
}

// build makes a multipart/alternative message of text and HTML, both quoted-printable, so that no line
// is longer than 76 and nothing is not ASCII.
func build(c content) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	from, err := mailbox(c.from, c.fromName)
	if err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	m.FromMailAddress(from)
	if c.replyTo != "" {
		replyTo, err := mailbox(c.replyTo, "")
		if err != nil {
			return nil, fmt.Errorf("reply to: %w", err)
		}
		m.ReplyToMailAddress(replyTo)
	}
	m.Subject(oneLine(c.subject))
	m.SetDateWithValue(c.date)
	m.SetGenHeader(gomail.HeaderContentLang, c.language)
	for _, f := range c.fields {
		m.SetGenHeader(gomail.Header(f[0]), f[1])
	}
	m.SetBodyString(gomail.TypeTextPlain, c.text)
	m.AddAlternativeString(gomail.TypeTextHTML, c.html)

	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return b.Bytes(), nil
}

// mailbox reads an RFC 5322 mailbox, gives its domain as A-labels, and name if it has none itself.
func mailbox(s, name string) (*netmail.Address, error) {
	m, err := netmail.ParseAddress(s)
	if err != nil {
		return nil, fmt.Errorf("mailbox %q: %w", s, err)
	}
	if m.Address, err = asciiDomain(m.Address); err != nil {
		return nil, err
	}
	if m.Name == "" {
		m.Name = name
	}
	m.Name = oneLine(m.Name)
	return m, nil
}
