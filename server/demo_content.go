package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/subscribers"
)

//go:embed demo/releases.json
var demoText []byte

// demoContent is the demo's newsroom, written for it: a port on the Bothnian Sea that does not exist.
type demoContent struct {
	Newsroom struct {
		Slug, Name, Language, Zone, Boilerplate string
		EmailFrom                               string `json:"email_from"`
		ReplyTo                                 string `json:"reply_to"`
		Topics                                  []string
		TopicCodes                              map[string]string `json:"topic_codes"`
	}
	Contacts      map[string][]releases.Contact // by language
	BoilerplateEn string                        `json:"boilerplate_en"`
	Next          releases.Text
	Past          []struct {
		releases.Text
		Days int
		At   string
	}
}

// complete adds to a release what all have in common, in its language.
func (d demoContent) complete(text releases.Text) releases.Text {
	text.Dateline, text.Contacts = "Norrvik", d.Contacts[text.Language]
	if text.Language == "en" {
		text.Boilerplate = d.BoilerplateEn
	}
	return text
}

var demoActor = history.Actor{Name: "demo"}

// seedDemo fills an empty database: a newsroom, ten past releases, subscribers, and one release that
// lifts after in, counted from when the rest is done. It returns that release.
func (p *program) seedDemo(ctx context.Context, count int, in time.Duration) (releases.Release, error) {
	var content demoContent
	if err := json.Unmarshal(demoText, &content); err != nil {
		return releases.Release{}, fmt.Errorf("demo content: %w", err)
	}
	n := content.Newsroom
	newsroom, err := p.desk.CreateNewsroom(ctx, demoActor, releases.NewsroomInput{
		Slug: n.Slug, Name: n.Name, Language: n.Language, Zone: n.Zone, EmailFrom: n.EmailFrom,
		ReplyTo: n.ReplyTo, Boilerplate: n.Boilerplate, Topics: n.Topics, TopicCodes: n.TopicCodes, Approvals: 1,
	})
	if err != nil {
		return releases.Release{}, err
	}
	for _, past := range content.Past {
		day := p.now().AddDate(0, 0, -past.Days).Format(time.DateOnly)
		lift, err := releases.ParseLift(day+"T"+past.At, newsroom.Zone)
		if err != nil {
			return releases.Release{}, err
		}
		if _, err := p.seedRelease(ctx, newsroom, content, past.Text, lift, true); err != nil {
			return releases.Release{}, err
		}
	}
	if err := p.seedSubscribers(ctx, newsroom, count); err != nil {
		return releases.Release{}, err
	}
	lift, err := releases.ParseLift(p.now().Add(in).UTC().Format(time.RFC3339Nano), newsroom.Zone)
	if err != nil {
		return releases.Release{}, err
	}
	return p.seedRelease(ctx, newsroom, content, content.Next, lift, false)
}

// seedRelease takes one release the whole way: written, submitted, approved, scheduled.
func (p *program) seedRelease(ctx context.Context, n releases.Newsroom, content demoContent, text releases.Text, lift releases.Lift, backdated bool) (releases.Release, error) {
	saved, err := p.desk.Create(ctx, demoActor, n.ID, releases.Draft{Text: content.complete(text)})
	if err != nil {
		return releases.Release{}, err
	}
	if _, err := p.desk.Submit(ctx, demoActor, saved.ID); err != nil {
		return releases.Release{}, err
	}
	if _, err := p.desk.Approve(ctx, demoActor, saved.ID, saved.Version, saved.Hash); err != nil {
		return releases.Release{}, err
	}
	return p.desk.Schedule(ctx, demoActor, saved.ID, lift, backdated)
}

// seedSubscribers imports a made list, as a press office would import its own: every third reads
// English. Nobody chooses topics, so that the demo's release goes to all.
func (p *program) seedSubscribers(ctx context.Context, n releases.Newsroom, count int) error {
	first := []string{"Anna", "Björn", "Cecilia", "David", "Elin", "Fredrik", "Gunilla", "Håkan", "Ingrid", "Johan", "Karin", "Lars"}
	last := []string{"Andersson", "Berg", "Carlsson", "Dahl", "Eklund", "Forsberg", "Gran", "Hedlund", "Isaksson", "Jonsson", "Åberg"}
	outlets := []string{"Norrviks Allehanda", "Bothnia Shipping News", "Kustradion", "Sjöfartsbladet", "Tidningen Ångermanland"}
	reader, writer := io.Pipe()
	go func() {
		fmt.Fprintln(writer, "email,name,outlet,language")
		for i := range count {
			name := first[i%len(first)] + " " + last[i/len(first)%len(last)]
			language := "sv"
			if i%3 == 2 {
				language = "en"
			}
			fmt.Fprintf(writer, "reader%d@outlet%d.example,%s,%s,%s\n", i+1, i%97, name, outlets[i%len(outlets)], language)
		}
		writer.Close()
	}()
	topics := map[string]string{}
	for _, topic := range n.Topics {
		topics[topic.Slug] = topic.Name
	}
	done, err := p.subscribers.Import(ctx, demoActor, subscribers.Newsroom{ID: n.ID, Language: n.Language, Topics: topics}, reader, "Made up for the demo")
	if err != nil {
		return err
	}
	if done.Added != count {
		return fmt.Errorf("the demo's subscribers: %d of %d were added: %s", done.Added, count, refusals(done))
	}
	return nil
}

func refusals(done subscribers.Imported) string {
	var lines []string
	for _, refused := range done.Refused[:min(3, len(done.Refused))] {
		lines = append(lines, fmt.Sprintf("line %d %s", refused.Line, refused.Message))
	}
	return strings.Join(lines, ", ")
}
