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
	if label := f.Label(f.speaker()); label != "" {
		name += ": " + label
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

// Label says what the feed is narrowed to, "" for nothing.
func (f Feed) Label(say words.Speaker) string {
	var labels []string
	if f.Topic != "" {
		labels = append(labels, topicName(f.Newsroom, f.Topic))
	}
	if f.Kind != "" {
		labels = append(labels, KindName(say, f.Kind, 2))
	}
	if f.Language != "" {
		labels = append(labels, LanguageName(f.Words, f.Language))
	}
	return strings.Join(labels, ", ")
}

// Narrowed are the feeds that this one is narrowed to by one thing: each topic, kind and language there is.
func (f Feed) Narrowed() []Feed {
	var all []Feed
	for _, t := range f.Newsroom.Topics {
		narrowed := f
		narrowed.Topic = t.Slug
		all = append(all, narrowed)
	}
	for _, k := range releases.Kinds {
		narrowed := f
		narrowed.Kind = k
		all = append(all, narrowed)
	}
	for _, tag := range f.Words.Languages() {
		narrowed := f
		narrowed.Language = tag
		all = append(all, narrowed)
	}
	return all
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
