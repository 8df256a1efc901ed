package feeds

import "testing"

// The rules of the schema of ninjs 3.1, as far as a release can break them: which properties there are, of
// what type and form, out of which values, and which must be there. A property that the schema has and this
// list has not is a fault too: then the list wants it.
var ninjsSchema = schema{
	"item": {
		"uri": "uri!", "type": "text audio video picture graphic composite component event planning", "representationType": "full partial",
		"profile": "string", "version": "string", "firstCreated": "time", "versionCreated": "time", "contentCreated": "time", "embargoedUntil": "time",
		"pubStatus": "usable withheld canceled", "copyrightHolder": "string", "copyrightNotice": "string", "usageTerms": "string", "edNote": "string",
		"language": "string", "title": "string", "by": "string", "slugline": "string", "located": "string", "expires": "time",
		"headlines": "[text]", "descriptions": "[text]", "bodies": "[text]", "people": "[person]", "organisations": "[organisation]",
		"subjects": "[subject]", "genres": "[genre]", "renditions": "[rendition]", "associations": "[association]", "standard": "{standard}",
	},
	"association":  {"name": "string!", "rel": "string", "": "item"},
	"text":         {"role": "string", "contentType": "string", "value": "string!"},
	"person":       {"name": "string", "rel": "string", "uri": "uri", "literal": "string", "contactInfo": "[contact]"},
	"contact":      {"type": "string", "role": "string", "lang": "string", "name": "string", "value": "string!"}, // or an address, which we have not
	"organisation": {"name": "string", "rel": "string", "uri": "uri", "literal": "string", "contactInfo": "[contact]"},
	"subject":      {"name": "string", "rel": "string", "uri": "uri", "literal": "string", "creator": "string", "relevance": "integer", "confidence": "integer"},
	"genre":        {"name": "string", "uri": "string", "literal": "string"},
	"rendition":    {"name": "string!", "href": "uri", "contentType": "string", "title": "string", "width": "integer", "height": "integer", "sizeInBytes": "integer"},
	"standard":     {"name": "string", "version": "string", "schema": "uri"},
}

// A checker that lets everything pass would show nothing.
func TestNinjsSchema_FindsWhatItForbids(t *testing.T) {
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
		if faults := ninjsSchema.faults("", "item", item); len(faults) != 1 {
			t.Errorf("%s: %q", name, faults)
		}
	}
}
