package releases

import (
	"fmt"
	"unicode/utf8"

	"dateline/releases/input"
)

// check gathers what is wrong with an input, and what was done to it, as its fields are cleaned.
type check struct {
	faults  input.Faults
	notices []Notice
}

func (c *check) line(field, value string, limit int) string {
	if !c.faults.Readable(field, value) {
		return ""
	}
	clean, changed := input.Clean(value)
	return c.cleaned(field, clean, changed, limit)
}

func (c *check) block(field, value string, limit int) string {
	if !c.faults.Readable(field, value) {
		return ""
	}
	clean, changed := input.CleanBlock(value)
	return c.cleaned(field, clean, changed, limit)
}

func (c *check) cleaned(field, clean string, changed bool, limit int) string {
	if changed {
		c.notices = append(c.notices, Notice{Field: field, Message: "notice.cleaned"})
	}
	if utf8.RuneCountInString(clean) > limit {
		c.faults.Add(field, "fault.too_long", "Max", limit)
	}
	return clean
}

// required is line for a field that can't be empty.
func (c *check) required(field, value string, limit int) string {
	clean := c.line(field, value, limit)
	if clean == "" && input.Readable(value) {
		c.faults.Add(field, "fault.required")
	}
	return clean
}

// note is a text of a few lines to readers that can't be empty.
func (c *check) note(field, value string) string {
	clean := c.block(field, value, 2_000)
	if clean == "" && input.Readable(value) {
		c.faults.Add(field, "fault.required")
	}
	return clean
}

func (c *check) language(field, value string) string {
	value = c.required(field, value, 35)
	canonical, ok := input.Language(value)
	if value != "" && !ok {
		c.faults.Add(field, "fault.language", "Value", value)
	}
	return canonical
}

func (c *check) zone(field, value string) string {
	value = c.required(field, value, 100)
	if value != "" && !input.Zone(value) {
		c.faults.Add(field, "fault.zone", "Value", value)
	}
	return value
}

// contacts leaves out those with nothing in them, as a form sends for rows nobody filled in.
func (c *check) contacts(given []Contact) []Contact {
	if len(given) > 20 {
		c.faults.Add("contacts", "fault.too_many", "Max", 20)
		return given
	}
	kept := []Contact{}
	for i, contact := range given {
		if contact == (Contact{}) {
			continue
		}
		field := fmt.Sprintf("contacts[%d].", i)
		contact = Contact{
			Name:  c.required(field+"name", contact.Name, 200),
			Role:  c.line(field+"role", contact.Role, 200),
			Phone: c.line(field+"phone", contact.Phone, 50),
			Email: c.line(field+"email", contact.Email, 300),
		}
		if contact.Phone != "" && !input.Phone(contact.Phone) {
			c.faults.Add(field+"phone", "fault.phone", "Value", contact.Phone)
		}
		if contact.Email != "" {
			address, _, ok := input.Email(contact.Email)
			if !ok {
				c.faults.Add(field+"email", "fault.email", "Value", contact.Email)
			}
			contact.Email = address
		}
		kept = append(kept, contact)
	}
	return kept
}
