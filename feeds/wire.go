package feeds

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/releases"
)

// wireWidth is how long a line of a wire story gets, in characters.
const wireWidth = 72

// Wire writes a release as plain text, laid out as agencies send a story: slug line, how it has been
// corrected, headline, place and lede, body, the line that ends what may be published, and then what is for editors only.
func (s Site) Wire(l releases.Live) []byte {
	say := s.Words.In(l.Text.Language)
	w := &wire{}
	w.lines(
		strings.ToUpper(l.Newsroom.Name),
		KindName(say, l.Text.Kind, 1)+" – "+say.LongTime(l.LiftAt, l.Zone),
		l.Slug,
	)
	for _, note := range s.corrections(l) {
		w.paragraphs(note)
	}
	w.paragraphs(strings.ToUpper(l.Text.Headline))
	w.paragraphs(opening(l.Text))
	w.paragraphs(releases.Plain(l.Text.Body))
	w.paragraphs(say.T("feeds.ends"))
	w.paragraphs(strings.ToUpper(say.T("feeds.notes")))
	if about, _ := l.Text.About(l.Newsroom); about != "" {
		w.paragraphs(say.T("feeds.about", "Name", l.Newsroom.Name))
		w.paragraphs(releases.Plain(about))
	}
	w.lines(say.T("feeds.at_address"), s.ReleaseAddress(l))
	if len(l.Text.Contacts) > 0 {
		w.paragraphs(strings.ToUpper(say.T("feeds.contacts")))
	}
	for _, c := range l.Text.Contacts {
		w.lines(c.Name, c.Role, c.Phone, c.Email)
	}
	return []byte(fit(w.b.String()))
}

// opening is the lede behind the place that it is written from: "FALUN – ".
func opening(t releases.Text) string {
	if t.Dateline == "" {
		return t.Lede
	}
	return strings.TrimSpace(strings.ToUpper(t.Dateline) + " – " + t.Lede)
}

// wire gathers blocks with an empty line between them.
type wire struct{ b strings.Builder }

// lines is a block whose lines stay as they are; empty ones are left out.
func (w *wire) lines(lines ...string) {
	var kept []string
	for _, line := range lines {
		if line != "" {
			kept = append(kept, line)
		}
	}
	w.block(strings.Join(kept, "\n"))
}

// paragraphs is text whose long lines are broken between words.
func (w *wire) paragraphs(text string) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = wrap(line, wireWidth)
	}
	w.block(strings.Join(lines, "\n"))
}

func (w *wire) block(text string) {
	if text == "" {
		return
	}
	if w.b.Len() > 0 {
		w.b.WriteByte('\n')
	}
	w.b.WriteString(text + "\n")
}

// wrap breaks a line between words so that each part has at most width characters, if its words do.
// The parts are indented as the line is, a list item's as its text.
func wrap(line string, width int) string {
	body := strings.TrimLeft(strings.TrimLeft(line, " "), "-> ")
	first := line[:len(line)-len(body)]
	rest := strings.Map(func(r rune) rune {
		if r == '>' {
			return r
		}
		return ' '
	}, first)
	var b strings.Builder
	b.WriteString(first)
	column := utf8.RuneCountInString(first)
	for i, word := range strings.FieldsFunc(body, func(r rune) bool { return r != '\u00a0' && unicode.IsSpace(r) }) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			b.WriteString("\n" + rest)
			column = utf8.RuneCountInString(rest)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return strings.TrimRight(b.String(), " ")
}
