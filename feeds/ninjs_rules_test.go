package feeds

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// The rules of the schema of ninjs 3.1, as far as a release can break them: which properties there are, of
// what type and form, out of which values, and which must be there. A property that the schema has and this
// list has not is a fault too: then the list wants it.
var ninjsRules = map[string]map[string]string{
	"item": {
		"uri": "uri!", "type": "text audio video picture graphic composite component event planning", "representationType": "full partial",
		"profile": "string", "version": "string", "firstCreated": "time", "versionCreated": "time", "contentCreated": "time", "embargoedUntil": "time",
		"pubStatus": "usable withheld canceled", "copyrightHolder": "string", "copyrightNotice": "string", "usageTerms": "string", "edNote": "string",
		"language": "string", "title": "string", "by": "string", "slugline": "string", "located": "string", "expires": "time",
		"headlines": "[text]", "descriptions": "[text]", "bodies": "[text]", "people": "[person]", "organisations": "[organisation]",
		"subjects": "[subject]", "genres": "[genre]", "renditions": "[rendition]", "associations": "[association]", "standard": "{standard}",
	},
	"text":         {"role": "string", "contentType": "string", "value": "string!"},
	"person":       {"name": "string", "rel": "string", "uri": "uri", "literal": "string", "contactInfo": "[contact]"},
	"contact":      {"type": "string", "role": "string", "lang": "string", "name": "string", "value": "string!"}, // or an address, which we have not
	"organisation": {"name": "string", "rel": "string", "uri": "uri", "literal": "string", "contactInfo": "[contact]"},
	"subject":      {"name": "string", "rel": "string", "uri": "uri", "literal": "string", "creator": "string", "relevance": "integer", "confidence": "integer"},
	"genre":        {"name": "string", "uri": "string", "literal": "string"},
	"rendition":    {"name": "string!", "href": "uri", "contentType": "string", "title": "string", "width": "integer", "height": "integer", "sizeInBytes": "integer"},
	"standard":     {"name": "string", "version": "string", "schema": "uri"},
}

// ninjsFaults is what an object of a kind breaks; at says where it stands.
func ninjsFaults(at, kind string, object map[string]any) (faults []string) {
	rules := ninjsRules[kind]
	if kind == "association" { // an item, with a name and perhaps how it is related
		rules = map[string]string{"name": "string!", "rel": "string"}
		for name, rule := range ninjsRules["item"] {
			rules[name] = rule
		}
	}
	for name, value := range object {
		rule, known := rules[name]
		if !known {
			faults = append(faults, fmt.Sprintf("%s/%s: not a property of %s", at, name, kind))
			continue
		}
		faults = append(faults, ninjsValueFaults(at+"/"+name, strings.TrimSuffix(rule, "!"), value)...)
	}
	for name, rule := range rules {
		if _, given := object[name]; strings.HasSuffix(rule, "!") && !given {
			faults = append(faults, fmt.Sprintf("%s: %s needs %s", at, kind, name))
		}
	}
	return faults
}

func ninjsValueFaults(at, rule string, value any) (faults []string) {
	wrong := []string{fmt.Sprintf("%s: %v is not %s", at, value, rule)}
	text, isText := value.(string)
	switch {
	case strings.HasPrefix(rule, "["):
		list, ok := value.([]any)
		if !ok {
			return wrong
		}
		for i, one := range list {
			faults = append(faults, ninjsValueFaults(fmt.Sprintf("%s/%d", at, i), "{"+strings.Trim(rule, "[]")+"}", one)...)
		}
		return faults
	case strings.HasPrefix(rule, "{"):
		object, ok := value.(map[string]any)
		if !ok {
			return wrong
		}
		return ninjsFaults(at, strings.Trim(rule, "{}"), object)
	case rule == "integer":
		if number, ok := value.(float64); ok && number == math.Trunc(number) {
			return nil
		}
	case rule == "time":
		if _, err := time.Parse(time.RFC3339, text); isText && err == nil {
			return nil
		}
	case rule == "uri":
		if u, err := url.Parse(text); isText && err == nil && u.IsAbs() && isASCII(text) && !strings.ContainsAny(text, " <>\"{}|\\^`") {
			return nil
		}
	case rule == "string":
		if isText {
			return nil
		}
	case isText && slices.Contains(strings.Fields(rule), text):
		return nil
	}
	return wrong
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}

// A checker that lets everything pass would show nothing.
func TestNinjsFaults_FindsWhatTheSchemaForbids(t *testing.T) {
	for name, item := range map[string]map[string]any{
		"uri is missing":          {"type": "text"},
		"uri is no URI":           {"uri": "älven"},
		"an unknown property":     {"uri": "tag:a", "headline": "x"},
		"an unknown status":       {"uri": "tag:a", "pubStatus": "embargoed"},
		"an unknown type":         {"uri": "tag:a", "type": "article"},
		"version is a number":     {"uri": "tag:a", "version": 3.0},
		"a date is no instant":    {"uri": "tag:a", "versionCreated": "2016-10-18"},
		"a list is an object":     {"uri": "tag:a", "headlines": map[string]any{"value": "x"}},
		"a body without value":    {"uri": "tag:a", "bodies": []any{map[string]any{"role": "main"}}},
		"a rendition unnamed":     {"uri": "tag:a", "renditions": []any{map[string]any{"href": "https://a.example/"}}},
		"a size is a text":        {"uri": "tag:a", "renditions": []any{map[string]any{"name": "web", "sizeInBytes": "7"}}},
		"an association deep":     {"uri": "tag:a", "associations": []any{map[string]any{"uri": "tag:b", "name": "x", "type": "article"}}},
		"an association unnamed":  {"uri": "tag:a", "associations": []any{map[string]any{"uri": "tag:b"}}},
		"rel is an association's": {"uri": "tag:a", "rel": "translation"},
	} {
		if faults := ninjsFaults("", "item", item); len(faults) != 1 {
			t.Errorf("%s: %q", name, faults)
		}
	}
}
