package feeds

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
)

// schema is the rules of a JSON format: for each kind of object its properties, and what each must be. A rule is
// string, integer, uri, time, or the values that there are; {kind} and [kind] are an object and a list; a ! says
// that it must be there. Under "" stands the kind whose properties it has too.
type schema map[string]map[string]string

// faults is what an object of a kind breaks; at says where it stands.
func (s schema) faults(at, kind string, object map[string]any) (faults []string) {
	rules := s.rulesOf(kind)
	for name, value := range object {
		rule, known := rules[name]
		if !known {
			faults = append(faults, fmt.Sprintf("%s/%s: not a property of %s", at, name, kind))
			continue
		}
		faults = append(faults, s.valueFaults(at+"/"+name, strings.TrimSuffix(rule, "!"), value)...)
	}
	for name, rule := range rules {
		if _, given := object[name]; strings.HasSuffix(rule, "!") && !given {
			faults = append(faults, fmt.Sprintf("%s: %s needs %s", at, kind, name))
		}
	}
	return faults
}

func (s schema) rulesOf(kind string) map[string]string {
	rules := map[string]string{}
	if base, ok := s[kind][""]; ok {
		rules = s.rulesOf(base)
	}
	for name, rule := range s[kind] {
		if name != "" {
			rules[name] = rule
		}
	}
	return rules
}

func (s schema) valueFaults(at, rule string, value any) (faults []string) {
	wrong := []string{fmt.Sprintf("%s: %v is not %s", at, value, rule)}
	switch inner := strings.Trim(rule, "[]{}"); {
	case strings.HasPrefix(rule, "["):
		list, ok := value.([]any)
		if !ok {
			return wrong
		}
		if _, objects := s[inner]; objects {
			inner = "{" + inner + "}"
		}
		for i, one := range list {
			faults = append(faults, s.valueFaults(fmt.Sprintf("%s/%d", at, i), inner, one)...)
		}
		return faults
	case strings.HasPrefix(rule, "{"):
		object, ok := value.(map[string]any)
		if !ok {
			return wrong
		}
		return s.faults(at, inner, object)
	case rule == "integer":
		if number, ok := value.(float64); ok && number == math.Trunc(number) {
			return nil
		}
		return wrong
	}
	if text, ok := value.(string); !ok || !isOfForm(text, rule) {
		return wrong
	}
	return nil
}

func isOfForm(text, form string) bool {
	switch form {
	case "string":
		return true
	case "time":
		_, err := time.Parse(time.RFC3339, text)
		return err == nil
	case "uri":
		u, err := url.Parse(text)
		return err == nil && u.IsAbs() && isASCII(text) && !strings.ContainsAny(text, " <>\"{}|\\^`")
	default:
		return slices.Contains(strings.Fields(form), text)
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}
