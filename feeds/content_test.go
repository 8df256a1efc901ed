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

func TestContent_OfAnotherLanguage_SaysWhichTheNewsroomsBoilerplateIsIn(t *testing.T) {
	l := campaign()
	l.Text.Language = "en"
	about := "<h2>About Länsstyrelsen Dalarna</h2>\n<div lang=\"sv\">\n<p>Länsstyrelsen är"
	if content := feedOf(t).item(l).Content; !strings.Contains(content, about) {
		t.Errorf("not in Swedish: %s", content)
	}
	l.Text.Boilerplate = "About us."
	if content := feedOf(t).item(l).Content; strings.Contains(content, "lang=") || !strings.Contains(content, "<p>About us.</p>") {
		t.Errorf("the release's own is in its language: %s", content)
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
