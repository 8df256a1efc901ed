package releases

import (
	"fmt"
	"slices"
	"strings"

	"dateline/releases/input"
)

// Draft is a text as a person gives it. Topics may be names or slugs of the newsroom's topics; an
// empty language is the newsroom's, an empty kind a press release.
type Draft struct {
	Text Text
	Slug string // wished for; "" makes one from the headline. A taken one is given a suffix.
	// TranslationOf is the id of a release of the newsroom that says the same in another language; "" for
	// none, nil to leave it as it is.
	TranslationOf *string
	// MayMove says that the writer may approve. The address of a release whose time is set moves at once, without an
	// approval of its own.
	MayMove bool
}

// Notice is something to tell a writer: a catalogue id and its placeholders.
type Notice struct {
	Field   string
	Message string
	Args    map[string]any
}

// checkDraft cleans a draft for a newsroom. Every fault is found, not only the first.
func checkDraft(in Draft, n Newsroom) (Draft, []Notice, error) {
	var c check
	text := Text{
		Kind:        c.kind(in.Text.Kind),
		Language:    n.Language,
		Headline:    c.required("headline", in.Text.Headline, 300),
		Lede:        c.block("lede", in.Text.Lede, 1_000),
		Body:        c.block("body", in.Text.Body, 200_000),
		Dateline:    c.line("dateline", in.Text.Dateline, 100),
		Topics:      c.releaseTopics(in.Text.Topics, n.Topics),
		Contacts:    c.contacts(in.Text.Contacts),
		Boilerplate: c.block("boilerplate", in.Text.Boilerplate, 10_000),
	}
	if in.Text.Language != "" {
		text.Language = c.language("language", in.Text.Language)
	}
	slug := c.line("slug", in.Slug, 80)
	if slug != "" && !input.IsSlug(slug) {
		c.faults.Add("slug", "fault.slug", "Value", slug)
	}
	if len(c.faults) == 0 {
		c.leftOut("body", text.Body)
		c.leftOut("boilerplate", text.Boilerplate)
	}
	in.Text, in.Slug = text, slug
	return in, c.notices, c.faults.Err()
}

func (c *check) kind(kind Kind) Kind {
	if kind == "" {
		return PressRelease
	}
	if !slices.Contains(Kinds, kind) {
		names := make([]string, len(Kinds))
		for i, k := range Kinds {
			names[i] = string(k)
		}
		c.faults.Add("kind", "fault.kind", "Value", string(kind), "Kinds", strings.Join(names, ", "))
	}
	return kind
}

// releaseTopics turns names and slugs into slugs, each once.
func (c *check) releaseTopics(given []string, known []Topic) []string {
	slugs := []string{}
	for i, s := range given {
		name, _ := input.Clean(s)
		topic, ok := findTopic(known, name)
		switch {
		case !ok:
			c.faults.Add(fmt.Sprintf("topics[%d]", i), "fault.unknown_topic", "Topic", name, "Topics", topicNames(known))
		case !slices.Contains(slugs, topic.Slug):
			slugs = append(slugs, topic.Slug)
		}
	}
	return slugs
}

func topicNames(topics []Topic) string {
	names := make([]string, len(topics))
	for i, topic := range topics {
		names[i] = topic.Name
	}
	return strings.Join(names, ", ")
}
