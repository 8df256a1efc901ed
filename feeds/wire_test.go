package feeds

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/releases"
)

func TestWire_IsLaidOutAsAStory(t *testing.T) {
	l := campaign()
	l.Text.Headline = "Idag startar “Du avgör!”"
	l.Text.Lede = "Utan efterfrågan skulle vi inte ha någon prostitution eller människohandel för sexuella ändamål."
	l.Text.Body = "Den 18 oktober är EU:s dag."
	l.Text.Boilerplate = "Vi är en myndighet."
	equal(t, "story", string(feedOf(t).Wire(l)), `LÄNSSTYRELSEN DALARNA
Pressmeddelande – tisdag 18 oktober 2016 06:00 CEST
nationell-satsning

IDAG STARTAR “DU AVGÖR!”

FALUN – Utan efterfrågan skulle vi inte ha någon prostitution eller
människohandel för sexuella ändamål.

Den 18 oktober är EU:s dag.

SLUT

TILL REDAKTIONEN

Om Länsstyrelsen Dalarna

Vi är en myndighet.

På webben:
https://press.example/lansstyrelsen-dalarna/nationell-satsning

PRESSKONTAKT

Kerstin Bergman
Handläggare
+46 (0)10-225 04 25
kerstin@länsstyrelsen.se
`)
}

func TestWire_InEnglish_EndsWithENDS(t *testing.T) {
	l := campaign()
	l.Text.Language = "en"
	story := string(feedOf(t).Wire(l))
	for _, want := range []string{"\n\nENDS\n\n", "NOTES TO EDITORS", "PRESS CONTACT"} {
		if !strings.Contains(story, want) {
			t.Errorf("no %q in\n%s", want, story)
		}
	}
}

func TestWire_OfTheLeast_HasNoEmptyParts(t *testing.T) {
	l := campaign()
	l.Newsroom.Boilerplate = ""
	l.Text = releases.Text{Kind: releases.News, Language: "en", Headline: "Short", Body: "Text."}
	story := string(feedOf(t).Wire(l))
	if strings.Contains(story, "\n\n\n") || strings.Contains(story, "–  ") || strings.Contains(story, "CONTACT") {
		t.Errorf("%q", story)
	}
}

func TestWrap_BreaksBetweenWords(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"", ""},
		{"ett två tre", "ett två\ntre"},
		{"enmycketlångtext x", "enmycketlångtext\nx"},
		{"- ett två tre", "- ett\n  två\n  tre"},
		{"> ett två tre", "> ett\n> två\n> tre"},
		{"a\u00a0b c\u00a0d e", "a\u00a0b c\u00a0d\ne"},
		{"ååååååå x", "ååååååå\nx"},
		{"12345678", "12345678"},
		{"-", "-"},
	} {
		equal(t, c.line, wrap(c.line, 8), c.want)
	}
}

func FuzzWrap_KeepsEveryWordAndTheWidth(f *testing.F) {
	f.Add("- ett två tre fyra fem", 10)
	f.Add(">  > x", 1)
	f.Fuzz(func(t *testing.T, line string, width int) {
		if strings.Contains(line, "\n") || !utf8.ValidString(line) || width < 1 || width > 200 {
			return
		}
		wrapped := wrap(line, width)
		if got, want := strings.Join(strings.Fields(unquote(wrapped)), " "), strings.Join(strings.Fields(unquote(line)), " "); got != want {
			t.Errorf("%q became %q", line, wrapped)
		}
		for _, part := range strings.Split(wrapped, "\n") {
			if utf8.RuneCountInString(part) > width && len(strings.Fields(strings.TrimLeft(part, "-> "))) > 1 && !strings.Contains(part, "\u00a0") {
				t.Errorf("%q is longer than %d", part, width)
			}
		}
	})
}

// unquote takes away the marks that each line of a quote begins with.
func unquote(s string) string { return strings.NewReplacer(">", " ", "-", " ").Replace(s) }
