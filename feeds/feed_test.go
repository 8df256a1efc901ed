package feeds

import (
	"strings"
	"testing"

	"dateline/releases"
)

func TestID_SurvivesNewSlugCorrectionAndMove(t *testing.T) {
	l := campaign()
	before := ID(l)
	l.Slug, l.Version, l.Text.Headline, l.Newsroom.Slug, l.Newsroom.EmailFrom = "nytt", 4, "Rättad", "dalarna", "press@dalarna.example"
	equal(t, "id", ID(l), before)
	equal(t, "id", before, "tag:lansstyrelsen.se,2016-01-31:q2h5tq3kd7w2mxe4ra6yvhcg2u")
	moved := feedOf(t, l)
	moved.Base = "https://news.example.org"
	if document := write(t, FormatAtom, moved); !strings.Contains(document, "<id>"+before+"</id>") {
		t.Errorf("the entry has another id: %s", document)
	}
}

func TestFeedID_DiffersByWhatItIsNarrowedTo(t *testing.T) {
	narrowed := map[string]func(*Feed){
		"":                                    func(f *Feed) {},
		"/topics/fiske":                       func(f *Feed) { f.Topic = "fiske" },
		"?kind=news":                          func(f *Feed) { f.Kind = releases.News },
		"?language=en":                        func(f *Feed) { f.Language = "en" },
		"/topics/fiske?kind=news&language=en": func(f *Feed) { f.Topic, f.Kind, f.Language = "fiske", releases.News, "en" },
	}
	for suffix, narrow := range narrowed {
		f := feedOf(t)
		narrow(&f)
		equal(t, "id", f.ID(), "tag:lansstyrelsen.se,2016-01-31:nzb5tq3kd7w2mxe4ra6yvhcg2u"+suffix)
	}
}

func TestFeedAddress_TellsWhatItIsNarrowedTo(t *testing.T) {
	f := feedOf(t)
	f.Topic, f.Kind, f.Language = "fiske", releases.PressRelease, "en-GB"
	equal(t, "address", f.Address(FormatAtom), "https://press.example/lansstyrelsen-dalarna/topics/fiske/feed.atom?kind=press-release&language=en-GB")
	f.Newsroom = releases.Newsroom{}
	f.Topic = ""
	equal(t, "address", f.Address(FormatRSS), "https://press.example/feed.rss?kind=press-release&language=en-GB")
}

func TestFeedTitle_SaysWhatItIsNarrowedTo(t *testing.T) {
	f := feedOf(t)
	equal(t, "title", f.Title(), "Länsstyrelsen Dalarna")
	f.Topic, f.Kind = "fiske", releases.CorrectionNotice
	equal(t, "title", f.Title(), "Länsstyrelsen Dalarna: Fiske & vatten, Rättelser")
	f.Language = "en-GB"
	equal(t, "title", f.Title(), "Länsstyrelsen Dalarna: Fiske & vatten, Corrections, English")
	f.Language = "fi"
	equal(t, "title", f.Title(), "Länsstyrelsen Dalarna: Fiske & vatten, Corrections, fi")
	f = feedOf(t)
	f.Newsroom = releases.Newsroom{}
	equal(t, "title", f.Title(), "Every newsroom")
}
