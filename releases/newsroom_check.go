package releases

import (
	"slices"
	"strings"

	"dateline/releases/input"
)

// reservedNewsrooms are first parts of addresses that are not newsrooms.
var reservedNewsrooms = []string{
	"api", "confirm", "desk", "embed", "feeds", "files", "healthz", "hub", "metrics", "oembed", "pass", "preferences", "r",
	"readyz", "setup", "static", "unsubscribe",
}

// CheckNewsroom says what is wrong with a newsroom that is to be made, as input.Faults; only CreateNewsroom
// knows whether its address is free.
func CheckNewsroom(in NewsroomInput) error {
	_, faults := checkNewsroom(in, nil)
	return faults.Err()
}

// checkNewsroom cleans what a person gives of a newsroom. known are the topics it has had so far.
func checkNewsroom(in NewsroomInput, known []Topic) (Newsroom, input.Faults) {
	var c check
	n := Newsroom{
		Slug:        c.required("slug", in.Slug, 80),
		Name:        c.required("name", in.Name, 200),
		Language:    c.language("language", in.Language),
		Zone:        c.zone("zone", in.Zone),
		EmailFrom:   c.mailbox("email_from", c.required("email_from", in.EmailFrom, 300)),
		ReplyTo:     c.mailbox("reply_to", c.line("reply_to", in.ReplyTo, 300)),
		Boilerplate: c.block("boilerplate", in.Boilerplate, 10_000),
		Topics:      c.topicCodes(c.topics(in.Topics, known), in.TopicCodes),
		Approvals:   max(in.Approvals, 1),
	}
	if n.Slug != "" && !input.IsSlug(n.Slug) {
		c.faults.Add("slug", "fault.slug", "Value", n.Slug)
	}
	if slices.Contains(reservedNewsrooms, n.Slug) {
		c.faults.Add("slug", "fault.slug_reserved", "Value", n.Slug)
	}
	if in.Approvals < 0 || in.Approvals > 2 {
		c.faults.Add("approvals", "fault.approvals", "Value", in.Approvals)
	}
	return n, c.faults
}

func (c *check) mailbox(field, value string) string {
	if value == "" {
		return ""
	}
	if _, _, ok := input.Mailbox(value); !ok {
		c.faults.Add(field, "fault.mailbox", "Value", value)
	}
	return value
}

// topics gives each name a slug: the one it has, or a new one. A slug given for a known topic means
// that topic.
func (c *check) topics(names []string, known []Topic) []Topic {
	if len(names) > 100 {
		c.faults.Add("topics", "fault.too_many", "Max", 100)
		return known
	}
	topics := []Topic{}
	for _, given := range names {
		name := c.required("topics", given, 100)
		topic, ok := findTopic(known, name)
		switch {
		case !ok:
			topic = Topic{Slug: input.Slug(name), Name: name}
		case name != topic.Slug:
			topic.Name = name
		}
		if name != "" && topic.Slug == "" {
			c.faults.Add("topics", "fault.topic_name", "Value", name)
		}
		if _, twice := findTopic(topics, topic.Slug); twice && topic.Slug != "" {
			c.faults.Add("topics", "fault.topic_twice", "Value", name)
			continue
		}
		topics = append(topics, topic)
	}
	return topics
}

// findTopic finds a topic by its name or slug, in any case.
func findTopic(topics []Topic, nameOrSlug string) (Topic, bool) {
	i := slices.IndexFunc(topics, func(t Topic) bool { return t.is(nameOrSlug) })
	if i < 0 {
		return Topic{}, false
	}
	return topics[i], true
}

func (t Topic) is(nameOrSlug string) bool {
	return t.Slug == strings.ToLower(nameOrSlug) || strings.EqualFold(t.Name, nameOrSlug)
}
