package mail_test

import (
	"bytes"
	stdhtml "html"
	"mime"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/words"
)

func speak(t testing.TB, language string) words.Speaker {
	t.Helper()
	w, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return w.In(language)
}

func harbour() mail.Release {
	return mail.Release{
		ID: "r1", Dispatch: "d1", BaseURL: "https://press.example.se", URL: "https://press.example.se/hamnen/ny-kaj",
		LiftAt: time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC), Zone: "Europe/Stockholm",
		Newsroom: releases.Newsroom{
			Slug: "hamnen", Name: "Hamnen i Älvsby", Language: "sv",
			EmailFrom: "press@älvsby.se", ReplyTo: "Presstjänsten <svar@älvsby.se>",
			Boilerplate: "Hamnen är **störst** i länet.",
		},
		Text: releases.Text{
			Kind: releases.PressRelease, Language: "sv",
			Headline: "Ny kaj i Älvsby – ”störst i länet” öppnar för små båtar och stora fartyg",
			Lede:     "I dag öppnar kajen. Den rymmer 40 båtar.",
			Body:     "Kajen kostade 7,5 miljoner – “en bra affär”.\n\n– Vi är glada, säger Åsa Öberg.\n\nLäs mer på www.duavgör.se och [kartan](https://example.se/karta?a=1&b=2).\n\n> Bäst i stan\n\n- ett\n- två",
			Dateline: "Älvsby",
			Contacts: []releases.Contact{{Name: "Åsa Öberg", Role: "hamnchef", Phone: "+46 (0)10-225 04 25", Email: "asa@xn--lvsby-fra.se"}},
		},
	}
}

var reader = mail.Recipient{
	Email: "kerstin@länsstyrelsen.se", Name: "Kerstin Åström", MessageID: "<d1.s1@xn--lvsby-fra.se>",
	Link: "https://press.example.se/hamnen/unsubscribe/abcdefghijklmnopqrstuvwxyz=abcdefghijklmnopqrstuvwxyz0123456789==?a=1&b=2",
}

func render(t testing.TB, r mail.Release, language string, to mail.Recipient) []byte {
	t.Helper()
	template, err := mail.RenderRelease(r, speak(t, language), time.Date(2016, 10, 18, 6, 0, 0, 0, time.FixedZone("", 7200)))
	if err != nil {
		t.Fatal(err)
	}
	return template.Splice(nil, to)
}

func TestRenderRelease_SaysTheSameInEveryHeaderThatAReaderNeeds(t *testing.T) {
	raw := render(t, harbour(), "sv", reader)
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"Subject":               harbour().Text.Headline,
		"From":                  "Hamnen i Älvsby <press@xn--lvsby-fra.se>",
		"Reply-To":              "Presstjänsten <svar@xn--lvsby-fra.se>",
		"To":                    "Kerstin Åström <kerstin@xn--lnsstyrelsen-gcb.se>",
		"Date":                  "Tue, 18 Oct 2016 06:00:00 +0200",
		"Message-Id":            reader.MessageID,
		"List-Id":               "Hamnen i Älvsby <hamnen.press.example.se>",
		"List-Unsubscribe":      "<" + reader.Link + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Precedence":            "bulk",
		"Content-Language":      "sv",
		"Feedback-Id":           "d1:hamnen:press-release:dateline",
		"Mime-Version":          "1.0",
	}
	for name, value := range want {
		got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
		if err != nil || strings.ReplaceAll(got, `"`, "") != value || len(m.Header[name]) != 1 {
			t.Errorf("%s: %q, want %q (%v)", name, m.Header[name], value, err)
		}
	}
	for _, name := range []string{"From", "To", "Reply-To"} {
		if list, err := m.Header.AddressList(name); err != nil || len(list) != 1 {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
	for name := range m.Header {
		if want[name] == "" && name != "Content-Type" {
			t.Errorf("a header nobody asked for: %s", name)
		}
	}
}

func TestRenderRelease_TextAndHTMLSayTheSameAndNothingIsLost(t *testing.T) {
	_, text, html, err := mail.Parts(render(t, harbour(), "sv", reader))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, harbour().Text.Lede) {
		t.Errorf("the first line is not the lede: %.80q", text)
	}
	for _, s := range []string{
		"I dag öppnar kajen.", "Älvsby", "tisdag 18 oktober 2016 06:00 CEST", "7,5 miljoner – “en bra affär”", "– Vi är glada", "www.duavgör.se",
		"Bäst i stan", "Presskontakt", "Åsa Öberg", "hamnchef", "+46 (0)10-225 04 25", "asa@xn--lvsby-fra.se", "https://press.example.se/hamnen/ny-kaj",
		"Om Hamnen i Älvsby", "i länet.", "Du får det här", "Avsluta prenumerationen",
	} {
		for part, content := range map[string]string{"text": text, "HTML": stdhtml.UnescapeString(html)} {
			if strings.Count(content, s) == 0 {
				t.Errorf("%s lacks %q", part, s)
			}
		}
	}
	if !strings.HasSuffix(strings.TrimSpace(text), "\r\n"+reader.Link) {
		t.Errorf("text ends %q", text[len(text)-200:])
	}
	for _, s := range []string{
		`href="` + reader.Link + `"`, `href="tel:+46102250425"`, `href="mailto:asa@xn--lvsby-fra.se"`,
		`<html lang="sv">`, `<div lang="sv"`, `www.xn--duavgr-0xa.se`, `<meta name="color-scheme" content="light dark">`, "<strong>störst</strong>",
	} {
		if !strings.Contains(stdhtml.UnescapeString(html), s) {
			t.Errorf("HTML lacks %s", s)
		}
	}
	if strings.Contains(html, "ZgotmplZ") {
		t.Error("the template engine refused an address")
	}
}

func TestRenderRelease_SpeaksTheSubscribersLanguageAroundATextInItsOwn(t *testing.T) {
	raw := render(t, harbour(), "en", reader)
	header, text, html, err := mail.Parts(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"Press contact", "Unsubscribe", "Tuesday"} {
		if !strings.Contains(text, s) || !strings.Contains(html, s) {
			t.Errorf("%q is missing", s)
		}
	}
	if !strings.Contains(html, `<html lang="en">`) || !strings.Contains(html, `<div lang="sv"`) || !strings.Contains(header, "Content-Language: sv\n") {
		t.Error("languages are not told apart")
	}
}

// wellFormed looks at what every relay must be able to take.
func TestRenderRelease_SaysWhichLanguageTheNewsroomsBoilerplateIsIn(t *testing.T) {
	r := harbour()
	r.Text.Language = "en"
	for about, want := range map[string]string{
		"":          `<div lang="sv" dir="auto"><p style="margin:0 0 16px">Hamnen är`,
		"About us.": `<div lang="en" dir="auto"><p style="margin:0 0 16px">About us.`,
	} {
		r.Text.Boilerplate = about
		_, _, html, err := mail.Parts(render(t, r, "en", reader))
		if err != nil {
			t.Fatal(err)
		}
		if html = strings.NewReplacer("\r", "", "\n", "").Replace(stdhtml.UnescapeString(html)); !strings.Contains(html, want) {
			t.Errorf("HTML lacks %s:\n%s", want, html)
		}
	}
}

func wellFormed(t *testing.T, raw []byte) {
	t.Helper()
	for i, line := range strings.SplitAfter(string(raw), "\r\n") {
		if len(line) > 200 {
			t.Fatalf("line %d has %d bytes: %.100q", i, len(line), line)
		}
		if strings.ContainsAny(strings.TrimSuffix(line, "\r\n"), "\r\n") {
			t.Fatalf("line %d: a bare CR or LF: %q", i, line)
		}
	}
	for i, b := range raw {
		if b >= 0x80 || b < ' ' && b != '\r' && b != '\n' && b != '\t' {
			t.Fatalf("byte %d is %#x", i, b)
		}
	}
}

func TestRenderRelease_IsASCIIInShortLines(t *testing.T) {
	r := harbour()
	r.Text.Headline = strings.Repeat("Räksmörgåsar och ", 20)
	r.Text.Body = strings.Repeat("ö", 5000) + "\n\n" + strings.Repeat("a", 5000) + "\n\n.\n..\nFrom here"
	r.Newsroom.Name = strings.Repeat("Åäö ", 40)
	to := reader
	to.Name = strings.Repeat("Örjan ", 60)
	wellFormed(t, render(t, r, "sv", to))
}

var quotedPrintable = regexp.MustCompile("=(?:[0-9A-F]{2}|\r\n)")

func TestSplice_EncodesTheLinkAsItsPartIs(t *testing.T) {
	to := reader
	for n := range 150 {
		to.Link = "https://press.example.se/" + strings.Repeat("=", n) + "?a&b"
		raw := render(t, harbour(), "sv", to)
		_, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		for _, line := range strings.Split(string(body), "\r\n") {
			if len(line) > 76 && !strings.HasPrefix(line, "--") {
				t.Fatalf("%d: a line of %d: %q", n, len(line), line)
			}
			if left := quotedPrintable.ReplaceAllString(line+"\r\n", ""); strings.HasPrefix(line, "http") && strings.Contains(left, "=") {
				t.Fatalf("%d: a bare = in %q", n, line)
			}
		}
		_, text, html, err := mail.Parts(raw)
		if err != nil || !strings.Contains(text, "\r\n"+to.Link+"\r\n") || !strings.Contains(html, `"`+strings.ReplaceAll(to.Link, "&", "&amp;")+`"`) {
			t.Fatalf("%d: the link did not come through (%v)", n, err)
		}
	}
}

// fieldNames are those of a message's header, in order.
func fieldNames(t testing.TB, raw []byte) []string {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in %.400q", err, raw)
	}
	var names []string
	for name, values := range m.Header {
		for range values {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestRenderRelease_NobodyCanAddAHeader(t *testing.T) {
	want := fieldNames(t, render(t, harbour(), "sv", reader))
	const evil = "x\r\nBcc: all@example.se\r\n\r\n<script>alert(1)</script>"
	r := harbour()
	r.Text.Headline, r.Text.Lede, r.Text.Dateline, r.Newsroom.Name, r.Newsroom.Slug = evil, evil, evil, evil, evil
	r.Dispatch, r.Text.Language = evil, evil
	raw := render(t, r, "sv", mail.Recipient{Email: "a@example.se" + evil, Name: evil, MessageID: evil, Link: "https://x/" + evil})
	if got := fieldNames(t, raw); !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
	_, _, html, err := mail.Parts(raw)
	if err != nil || strings.Contains(html, "<script>") {
		t.Errorf("HTML holds a script, %v", err)
	}
}

func TestRenderRelease_ALongBodyEndsEarlyInBothPartsAndSaysWhereItGoesOn(t *testing.T) {
	r := harbour()
	r.Text.Body = strings.Repeat("Ett stycke om [kajen](https://example.se) i Älvsby.\n\n", 2_500)
	raw := render(t, r, "sv", reader)
	_, text, html, err := mail.Parts(raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(html) > 100_000 || len(html) < 20_000 {
		t.Errorf("the HTML has %d bytes", len(html))
	}
	for _, s := range []string{"fortsätter på webben", "Avsluta prenumerationen", r.URL} {
		if !strings.Contains(text, s) || !strings.Contains(html, s) {
			t.Errorf("%q is missing", s)
		}
	}
	if a, b := strings.Count(text, "Ett stycke"), strings.Count(html, "Ett stycke"); a != b || a == 0 {
		t.Errorf("%d paragraphs in the text, %d in the HTML", a, b)
	}
}

func TestRenderRelease_WithLittleToSay_LeavesNoGaps(t *testing.T) {
	r := harbour()
	r.Text.Lede, r.Text.Dateline, r.Text.Contacts, r.Newsroom.Boilerplate, r.Newsroom.ReplyTo = "", "", nil, "", ""
	r.Text.Body = "Bara en rad."
	_, text, html, err := mail.Parts(render(t, r, "sv", mail.Recipient{Email: "a@example.se", MessageID: "<a@b>", Link: "https://x"}))
	if err != nil || strings.Contains(text, "\r\n\r\n\r\n\r\n") || strings.Contains(html, "Presskontakt") || strings.Contains(text, "Om Hamnen") {
		t.Errorf("%v in\n%s", err, text)
	}
}

func TestRenderRelease_RefusesASenderThatIsNoAddress(t *testing.T) {
	r := harbour()
	r.Newsroom.EmailFrom = "press"
	if _, err := mail.RenderRelease(r, speak(t, "sv"), time.Now()); err == nil {
		t.Error("no error")
	}
}

func TestRenderLetter_AsksAndExplains(t *testing.T) {
	for _, language := range []string{"sv", "en"} {
		for _, kind := range []string{"confirm", "already_subscribed"} {
			raw, err := mail.RenderLetter(mail.Letter{
				Newsroom: harbour().Newsroom, To: "kerstin@länsstyrelsen.se", MessageID: "<l1.letter@xn--lvsby-fra.se>", Kind: kind,
				Link: "https://press.example.se/hamnen/confirm/abc=?a&b", Date: time.Now(),
			}, speak(t, language))
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, raw)
			header, text, html, err := mail.Parts(raw)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{"Auto-Submitted: auto-generated\n", "To: <kerstin@xn--lnsstyrelsen-gcb.se>\n", "Message-Id: <l1.letter@xn--lvsby-fra.se>\n", "Hamnen i Älvsby\n"} {
				if !strings.Contains(header, s) {
					t.Errorf("header lacks %q:\n%s", s, header)
				}
			}
			if !strings.Contains(text, "\r\nhttps://press.example.se/hamnen/confirm/abc=?a&b\r\n") || strings.Count(html, `href="https://press.example.se/hamnen/confirm/abc=?a&amp;b"`) != 2 {
				t.Errorf("the link is missing:\n%s\n%s", text, html)
			}
			if strings.Contains(text, "mail.") || strings.Contains(header, "mail.") || strings.Contains(text, "{{") || strings.Contains(text, "no value") {
				t.Errorf("%s in %s has a text that is missing:\n%s", kind, language, text)
			}
		}
	}
}

func TestMessageID_IsTheSameEveryTimeAndBeginsWithItsDispatch(t *testing.T) {
	a, b := mail.MessageID("d1", "1", "s1", "example.se"), mail.MessageID("d1", "1", "s1", "example.se")
	if a != b || a != "<d1.1.s1@example.se>" || a == mail.MessageID("d1", "1", "s2", "example.se") || a == mail.MessageID("d1", "2", "s1", "example.se") {
		t.Error(a, b)
	}
}

func TestEnvelope_IsABareAddressThatEveryServerKnows(t *testing.T) {
	address, domain, err := mail.Envelope("Pressen i Älvsby <press@älvsby.se>")
	if err != nil || address != "press@xn--lvsby-fra.se" || domain != "xn--lvsby-fra.se" {
		t.Errorf("%q, %q, %v", address, domain, err)
	}
	for _, bad := range []string{"", "press", "press@", "@example.se", "a@b\r\nc"} {
		if _, _, err := mail.Envelope(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzSplice(f *testing.F) {
	f.Add("Kerstin Åström", "kerstin@länsstyrelsen.se", "https://x/=?a&b")
	f.Add("x\r\nBcc: y", "a@b\r\n\r\nz", "https://x/\" onclick=\"\r\n<>")
	f.Add("\"\\,;<>()", "", "=\x00\xff")
	f.Add(".", ".", "."+strings.Repeat("a", 59)+"."+strings.Repeat(".", 70))
	r := harbour()
	r.Text.Body += "\n\n" + strings.Repeat("."+strings.Repeat("a", 74), 20) // lines that begin with a dot
	template, err := mail.RenderRelease(r, speak(f, "sv"), time.Now())
	if err != nil {
		f.Fatal(err)
	}
	want := fieldNames(f, template.Splice(nil, reader))
	if m := template.Message(nil, reader); !m.Plain() || !bytes.Contains(m.Data, []byte("\n.")) {
		f.Error("an ordinary message isn't known to be plain, or has no line that begins with a dot")
	}
	f.Fuzz(func(t *testing.T, name, email, link string) {
		m := template.Message(nil, mail.Recipient{Email: email, Name: name, MessageID: "<" + name + ">", Link: link})
		raw := m.Data
		if looked := (&mail.Message{Data: raw}); !bytes.Equal(m.Wire(), looked.Wire()) {
			t.Errorf("by what is known of it, %q is sent as %q", looked.Wire(), m.Wire())
		}
		if ascii := !bytes.ContainsFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf }); m.Plain() != ascii {
			t.Errorf("known to be plain: %v; ASCII: %v", m.Plain(), ascii)
		}
		if got := fieldNames(t, raw); !slices.Equal(got, want) {
			t.Errorf("fields %v, want %v", got, want)
		}
		_, text, html, err := mail.Parts(raw)
		if err != nil || !strings.Contains(text, "Om Hamnen i Älvsby") || !strings.Contains(html, "</body>") {
			t.Errorf("the parts are broken: %v", err)
		}
	})
}
