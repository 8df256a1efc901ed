package releases

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// mediaTopic is how the IPTC writes a concept of its Media Topics: a code alone, or the concept's address.
var mediaTopic = regexp.MustCompile(`^(?:medtop:|https?://cv\.iptc\.org/newscodes/mediatopic/)(\d{8})$`)

// MediaTopic reads an IPTC Media Topic in either form and gives it as medtop:20000424. Which concepts there
// are changes twice a year, so only the form is checked.
func MediaTopic(given string) (code string, ok bool) {
	parts := mediaTopic.FindStringSubmatch(strings.ToLower(strings.TrimSpace(given)))
	if parts == nil || parts[1] == "00000000" {
		return "", false
	}
	return "medtop:" + parts[1], true
}

// topicCodes gives topics their Media Topics, by name or slug. nil leaves each the one that it has; a topic
// that is not named, or is given "", has none.
func (c *check) topicCodes(topics []Topic, codes map[string]string) []Topic {
	if codes == nil {
		return topics
	}
	for i := range topics {
		topics[i].Code = ""
	}
	for _, name := range slices.Sorted(maps.Keys(codes)) {
		given := c.line("topic_codes", codes[name], 100)
		code, ok := MediaTopic(given)
		at := slices.IndexFunc(topics, func(t Topic) bool { return t.is(strings.TrimSpace(name)) })
		switch {
		case at < 0:
			c.faults.Add("topic_codes", "fault.topic_code_unknown", "Topic", name)
		case given != "" && !ok:
			c.faults.Add("topic_codes", "fault.topic_code", "Value", given, "Topic", topics[at].Name)
		default:
			topics[at].Code = code
		}
	}
	return topics
}
