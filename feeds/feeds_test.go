package feeds

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/words"
)

// dalarna is the newsroom of the tests.
func dalarna() releases.Newsroom {
	return releases.Newsroom{
		ID:           "nzb5tq3kd7w2mxe4ra6yvhcg2u",
		Slug:         "lansstyrelsen-dalarna",
		Name:         "Länsstyrelsen Dalarna",
		Language:     "sv",
		Zone:         "Europe/Stockholm",
		Boilerplate:  "Länsstyrelsen är en *statlig* myndighet.",
		Topics:       []releases.Topic{{Slug: "jamstalldhet", Name: "Jämställdhet"}, {Slug: "fiske", Name: "Fiske & vatten"}},
		TagAuthority: "lansstyrelsen.se",
		CreatedAt:    time.Date(2016, 1, 31, 23, 30, 0, 0, time.UTC),
		UpdatedAt:    time.Date(2016, 2, 1, 8, 0, 0, 0, time.UTC),
	}
}

// campaign is a release with everything that one can have.
func campaign() releases.Live {
	return releases.Live{
		ID:       "q2h5tq3kd7w2mxe4ra6yvhcg2u",
		Newsroom: dalarna(),
		Slug:     "nationell-satsning",
		Version:  3,
		Text: releases.Text{
			Kind:        releases.PressRelease,
			Language:    "sv",
			Headline:    "Idag startar “Du avgör!” – R&D & 5 < 6 åäö",
			Lede:        "7,5 procent av svenska män <b>mellan</b> 18 & 65 år.",
			Body:        "# Bakgrund\n\nUtan *efterfrågan* ingen marknad. Läs på <https://www.duavgör.se>.\n\n- ett\n- två\n",
			Dateline:    "Falun",
			Topics:      []string{"jamstalldhet", "fiske"},
			Contacts:    []releases.Contact{{Name: "Kerstin Bergman", Role: "Handläggare", Phone: "+46 (0)10-225 04 25", Email: "kerstin@länsstyrelsen.se"}},
			Boilerplate: "",
			Files: []releases.File{
				{ID: "f1", Name: "plan.pdf", Type: "application/pdf", Bytes: 7},
				{ID: "p2", Name: "Älven & ån.jpg", Type: "image/jpeg", Bytes: 48_211, Width: 1200, Height: 800,
					Alt: "En älv", Caption: "Vid <Gagnef> & Mockfjärd.", Credit: "Åsa Ek", Rights: "Fri att använda"},
				{ID: "p1", Name: "karta.png", Type: "image/png", Bytes: 900},
			},
		},
		LiftAt:    time.Date(2016, 10, 18, 4, 0, 0, 0, time.UTC),
		Zone:      "Europe/Stockholm",
		UpdatedAt: time.Date(2016, 10, 19, 7, 30, 15, 250e6, time.UTC),
	}
}

// numbered are n releases of a day apart, newest first, as a list of live releases is.
func numbered(n int) []releases.Live {
	var all []releases.Live
	for i := n; i > 0; i-- {
		l := campaign()
		l.ID = fmt.Sprintf("%026d", i)
		l.Slug = fmt.Sprintf("release-%d", i)
		l.Text.Headline = fmt.Sprintf("Release %d", i)
		l.LiftAt = l.LiftAt.AddDate(0, 0, i)
		l.UpdatedAt = l.LiftAt
		all = append(all, l)
	}
	return all
}

// loadWords once: a fuzzer asks some thousand times a second.
var loadWords = sync.OnceValues(words.Load)

func feedOf(t testing.TB, items ...releases.Live) Feed {
	t.Helper()
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	return Feed{Newsroom: dalarna(), Site: Site{Base: "https://press.example", Words: w}, Items: items}
}

func write(t testing.TB, format Format, f Feed) string {
	t.Helper()
	document, err := Write(f, format)
	if err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return string(document)
}
