package feeds

import (
	"strings"
	"testing"

	"dateline/releases"
)

func TestFeed_OfAnotherLanguage_IsSaidInIt(t *testing.T) {
	l := campaign()
	l.Text.Language = "en"
	f := feedOf(t, l)
	content := parse(t, write(t, FormatJSON, f)).Items[0].Content
	if !strings.Contains(content, "<h2>Press contact</h2>") || !strings.Contains(content, "Falun, 18 October 2016") {
		t.Errorf("not in English: %s", content)
	}
	if document := write(t, FormatAtom, f); !strings.Contains(document, `<entry xml:lang="en">`) {
		t.Errorf("no language on the entry: %s", document)
	}
}

func TestContent_HasTheReleasesOwnBoilerplateFirst(t *testing.T) {
	l := campaign()
	l.Text.Boilerplate = "Om kampanjen."
	content := feedOf(t).content(l)
	if !strings.Contains(content, "Om kampanjen.") || strings.Contains(content, "statlig") {
		t.Error(content)
	}
}

func TestContent_WithOnlyABody_HasNothingElse(t *testing.T) {
	l := campaign()
	l.Newsroom.Boilerplate = ""
	l.Text = releases.Text{Kind: releases.News, Language: "sv", Headline: "Kort", Body: "Bara text."}
	equal(t, "content", feedOf(t).content(l), "<p>Bara text.</p>\n")
}

func TestTelephone_IsWhatAPhoneDials(t *testing.T) {
	for number, want := range map[string]string{
		"010-225 04 25":         "tel:0102250425",
		"+46 (0)10 225 00 00":   "tel:+46102250000",
		"+46 10\u00a0225 00–00": "tel:+46102250000",
		"112":                   "tel:112",
	} {
		equal(t, number, telephone(number), want)
	}
}
