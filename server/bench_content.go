package main

import (
	"strings"
	"time"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/history"
	"dateline/releases/words"
)

// What a benchmark mails, and from whom. Nothing at these names exists (RFC 2606 section 2).
const (
	benchURL       = "https://bench.example"
	benchSender    = "press@bench.example"
	benchRecipient = "nobody@bench.example" // of the two that Dateline is compared with
	benchAsker     = "asker@bench.example"  // who subscribes while Dateline sends
)

var benchActor = history.Actor{Name: "benchmark"}

func benchNewsroom() releases.NewsroomInput {
	return releases.NewsroomInput{
		Slug: "bench", Name: "Bench", Language: "en", Zone: "UTC", EmailFrom: benchSender, Approvals: 1,
	}
}

// benchText makes a mail of about 10 kB in its two parts.
func benchText() releases.Text {
	const paragraph = "The bridge across the sound is open to all traffic from Thursday. Its two new lanes carry bicycles and buses, " +
		"and the old ferry stays in service until midsummer for those who would rather look at the water.\n\n"
	return releases.Text{
		Kind: releases.PressRelease, Language: "en", Headline: "The bridge across the sound is open",
		Lede: "From Thursday all traffic may cross.", Body: strings.Repeat(paragraph, 15),
	}
}

// benchMessage is one whole message as Dateline sends it.
func benchMessage() (*mail.Message, error) {
	catalogues, err := words.Load()
	if err != nil {
		return nil, err
	}
	n := benchNewsroom()
	template, err := mail.RenderRelease(mail.Release{
		ID: "bench", Newsroom: releases.Newsroom{Slug: n.Slug, Name: n.Name, Language: n.Language, EmailFrom: n.EmailFrom},
		Text: benchText(), LiftAt: time.Now(), Zone: n.Zone, URL: benchURL + "/bench/bridge", Dispatch: "bench", BaseURL: benchURL,
	}, catalogues.In(n.Language), time.Now())
	if err != nil {
		return nil, err
	}
	m := template.Message(nil, mail.Recipient{
		Email: benchRecipient, Name: "Reader 1", MessageID: mail.MessageID("bench", "1", "1", "bench.example"), Link: benchURL + "/unsubscribe/1",
	})
	m.From = benchSender
	return m, nil
}
