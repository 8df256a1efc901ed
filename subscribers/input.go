package subscribers

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dateline/releases/input"
)

// What fits, in characters.
const (
	maxName    = 200
	maxOutlet  = 200
	maxConsent = 4000
)

// Immediate is the one frequency there is: a mail at each lift.
const Immediate = "immediate"

// Input is what a person or program gives of a subscriber. Topics may be names or slugs. No language
// means the newsroom's, no frequency Immediate, no topics every topic.
type Input struct {
	Email, Name, Outlet, Language, Frequency, Consent string
	Topics                                            []string
	Confirmed                                         bool // needs a Consent text
}

// check makes a subscriber of what was given, and the key of its address, or names every fault.
func check(n Newsroom, in Input) (Subscriber, string, error) {
	var faults input.Faults
	sub := Subscriber{NewsroomID: n.ID, State: StatePending}
	var key string
	sub.Email, key = checkEmail(&faults, in.Email)
	sub.Name = checkText(&faults, "name", in.Name, maxName)
	if strings.TrimSpace(in.Name) == "" { // it may stand with the address: "Anna Ek <anna@example.com>"
		name, _, _ := input.Mailbox(in.Email)
		sub.Name = checkText(&faults, "name", name, maxName)
	}
	sub.Outlet = checkText(&faults, "outlet", in.Outlet, maxOutlet)
	sub.Language = checkLanguage(&faults, in.Language, n.Language)
	sub.Frequency = checkFrequency(&faults, in.Frequency)
	sub.Topics = checkTopics(&faults, n, in.Topics)
	sub.Consent = checkConsent(&faults, in.Consent)
	if in.Confirmed {
		sub.State = StateConfirmed
		if sub.Consent == "" && input.Readable(in.Consent) {
			faults.Add("consent", "fault.consent")
		}
	}
	return sub, key, faults.Err()
}

func checkEmail(faults *input.Faults, given string) (address, key string) {
	if strings.TrimSpace(given) == "" {
		faults.Add("email", "fault.required")
		return "", ""
	}
	if !faults.Readable("email", given) {
		return "", ""
	}
	address, key, ok := input.Email(given)
	if !ok {
		shown, _ := input.Clean(given)
		faults.Add("email", "fault.email", "Value", shown)
	}
	return address, key
}

func checkText(faults *input.Faults, field, given string, limit int) string {
	if !faults.Readable(field, given) {
		return ""
	}
	clean, _ := input.Clean(given)
	if utf8.RuneCountInString(clean) > limit {
		faults.Add(field, "fault.too_long", "Max", limit)
	}
	return clean
}

func checkConsent(faults *input.Faults, given string) string {
	if !faults.Readable("consent", given) {
		return ""
	}
	clean, _ := input.CleanBlock(given)
	if utf8.RuneCountInString(clean) > maxConsent {
		faults.Add("consent", "fault.too_long", "Max", maxConsent)
	}
	return clean
}

func checkLanguage(faults *input.Faults, given, otherwise string) string {
	if given = strings.TrimSpace(given); given == "" {
		return otherwise
	}
	tag, ok := input.Language(given)
	if !ok {
		faults.Add("language", "fault.language", "Value", given)
	}
	return tag
}

func checkFrequency(faults *input.Faults, given string) string {
	if given = strings.TrimSpace(given); given != "" && given != Immediate {
		faults.Add("frequency", "fault.frequency", "Value", given)
	}
	return Immediate
}

// checkTopics finds the newsroom's topics by slug or by name in any case, and gives their slugs in order.
func checkTopics(faults *input.Faults, n Newsroom, given []string) []string {
	var slugs []string
	for i, topic := range given {
		topic, _ = input.Clean(topic)
		if topic == "" {
			continue
		}
		slug, ok := findTopic(n, topic)
		switch {
		case ok:
			slugs = append(slugs, slug)
		case len(n.Topics) == 0:
			faults.Add("topics["+strconv.Itoa(i)+"]", "fault.no_topics", "Topic", topic)
		default:
			names := slices.Sorted(maps.Values(n.Topics))
			faults.Add("topics["+strconv.Itoa(i)+"]", "fault.unknown_topic", "Topic", topic, "Topics", strings.Join(names, ", "))
		}
	}
	slices.Sort(slugs)
	return slices.Compact(slugs)
}

func findTopic(n Newsroom, topic string) (slug string, ok bool) {
	if _, ok := n.Topics[topic]; ok {
		return topic, true
	}
	for slug, name := range n.Topics {
		if strings.EqualFold(name, topic) {
			return slug, true
		}
	}
	return "", false
}
