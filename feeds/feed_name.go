package feeds

import (
	"strings"

	"dateline/releases"
	"dateline/releases/words"
)

// Title is the feed's name for people: the newsroom's, and after it what the feed is narrowed to.
func (f Feed) Title() string {
	name := f.Newsroom.Name
	if name == "" {
		name = f.speaker().T("feeds.every_newsroom")
	}
	if labels := f.labels(); len(labels) > 0 {
		name += ": " + strings.Join(labels, ", ")
	}
	return fit(name)
}

// Description is one sentence on what the feed holds.
func (f Feed) Description() string {
	if f.Newsroom.Name == "" {
		return f.speaker().T("feeds.description_every")
	}
	return fit(f.speaker().T("feeds.description", "Name", f.Newsroom.Name))
}

func (f Feed) labels() []string {
	var labels []string
	if f.Topic != "" {
		labels = append(labels, topicName(f.Newsroom, f.Topic))
	}
	if f.Kind != "" {
		labels = append(labels, KindName(f.speaker(), f.Kind, 2))
	}
	if f.Language != "" {
		labels = append(labels, LanguageName(f.Words, f.Language))
	}
	return labels
}

// LanguageName is what a language calls itself, where there is a catalogue in it, else its tag.
func LanguageName(w *words.Words, tag string) string {
	say := w.In(tag)
	if base, _, _ := strings.Cut(tag, "-"); base != say.Language {
		return tag
	}
	return say.T("feeds.this_language")
}

// KindName names one release of a kind, or many of them, for people.
func KindName(say words.Speaker, k releases.Kind, count int) string {
	return say.T("feeds.kind_"+strings.ReplaceAll(string(k), "-", "_"), "Count", count)
}

// topicName is the topic's name, or its slug when the newsroom no longer lists it.
func topicName(n releases.Newsroom, slug string) string {
	for _, t := range n.Topics {
		if t.Slug == slug {
			return t.Name
		}
	}
	return slug
}
