// Package input is what people type and send, checked: text without characters that XML forbids,
// language tags and zones that exist, addresses that can be mailed. A fault names the field, says
// why in words from the message catalogue, and what would do.
package input

import "strings"

// Fault is one thing wrong with one field. Message is an id in the catalogue (releases/words),
// such as "fault.required"; Args are its placeholders.
type Fault struct {
	Field   string // snake_case, as on the API: "lift_at", "contacts[0].email"
	Message string
	Args    map[string]any
}

// Faults is every fault found in one input. It is an error; an empty Faults is not.
type Faults []Fault

// Error names the fields and message ids, for logs. What people read comes from the catalogue.
func (f Faults) Error() string {
	parts := make([]string, len(f))
	for i, fault := range f {
		parts[i] = fault.Field + ": " + fault.Message
	}
	return "invalid input: " + strings.Join(parts, "; ")
}

// Add appends a fault; args are key, value pairs for the message.
func (f *Faults) Add(field, message string, args ...any) {
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	*f = append(*f, Fault{Field: field, Message: message, Args: m})
}

// Readable adds a fault where a text is not Readable: to take out what can't be read would save another
// text than was meant.
func (f *Faults) Readable(field, text string) bool {
	ok := Readable(text)
	if !ok {
		f.Add(field, "fault.unreadable")
	}
	return ok
}

// Err is nil when nothing was found wrong.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
