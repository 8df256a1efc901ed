package feeds

import (
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	"dateline/releases"
	"dateline/releases/words"
)

// content is the whole release as HTML: lede, key picture, place and day, body, the other pictures, whom to
// ring, and who is writing.
func (s Site) content(l releases.Live, pictures []picture) string {
	say, address := s.Words.In(l.Text.Language), s.ReleaseAddress(l)
	var b strings.Builder
	if l.Text.Lede != "" {
		b.WriteString("<p><strong>" + html.EscapeString(l.Text.Lede) + "</strong></p>\n")
	}
	for _, p := range pictures[:min(1, len(pictures))] {
		writePicture(&b, say, p)
	}
	if l.Text.Dateline != "" {
		b.WriteString("<p><em>" + html.EscapeString(l.Text.Dateline+", "+say.Date(l.LiftAt, l.Zone)) + "</em></p>\n")
	}
	b.WriteString(string(releases.HTML(l.Text.Body, address)))
	for _, p := range pictures[min(1, len(pictures)):] {
		writePicture(&b, say, p)
	}
	writeContacts(&b, say, l.Text.Contacts)
	writeAbout(&b, say, l, address)
	return fit(b.String())
}

// writeAbout names the language of who is writing where the rest, and so the entry, is in another.
func writeAbout(b *strings.Builder, say words.Speaker, l releases.Live, address string) {
	about, language := l.Text.About(l.Newsroom)
	if about == "" {
		return
	}
	writeHeading(b, say.T("feeds.about", "Name", l.Newsroom.Name))
	text := string(releases.HTML(about, address))
	if language != l.Text.Language {
		text = `<div lang="` + html.EscapeString(language) + "\">\n" + text + "</div>\n"
	}
	b.WriteString(text)
}

func writeHeading(b *strings.Builder, text string) {
	b.WriteString("\n<h2>" + html.EscapeString(text) + "</h2>\n")
}

func writeContacts(b *strings.Builder, say words.Speaker, contacts []releases.Contact) {
	if len(contacts) == 0 {
		return
	}
	writeHeading(b, say.T("feeds.contacts"))
	for _, c := range contacts {
		lines := make([]string, 0, 4)
		for _, text := range []string{c.Name, c.Role} {
			if text != "" {
				lines = append(lines, html.EscapeString(text))
			}
		}
		if c.Phone != "" {
			lines = append(lines, link(string(c.Tel()), c.Phone))
		}
		if c.Email != "" {
			lines = append(lines, link("mailto:"+url.PathEscape(c.Email), c.Email))
		}
		b.WriteString("<p>" + strings.Join(lines, "<br>\n") + "</p>\n")
	}
}

func link(address, text string) string {
	return `<a href="` + html.EscapeString(address) + `">` + html.EscapeString(text) + `</a>`
}

// fit takes out what XML 1.0 section 2.2 forbids, what it discourages (the C1 controls), and what is
// not UTF-8. Text is cleaned when it is saved; this holds for the feeds whatever was saved.
func fit(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r < ' ' || r >= 0x7f && r <= 0x9f || r == utf8.RuneError || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef:
			return -1
		}
		return r
	}, s)
}
