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
	content := feedOf(t).item(l).Content
	if !strings.Contains(content, "Om kampanjen.") || strings.Contains(content, "statlig") {
		t.Error(content)
	}
}

func TestContent_WithOnlyABody_HasNothingElse(t *testing.T) {
	l := campaign()
	l.Newsroom.Boilerplate = ""
	l.Text = releases.Text{Kind: releases.News, Language: "sv", Headline: "Kort", Body: "Bara text."}
	equal(t, "content", feedOf(t).item(l).Content, "<p>Bara text.</p>\n")
}
