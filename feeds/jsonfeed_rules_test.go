package feeds

import (
	"encoding/json"
	"fmt"
	"testing"
)

// The rules of JSON Feed 1.1, as far as its version's page gives them.
var jsonFeedSchema = schema{
	"feed": {
		"version": "https://jsonfeed.org/version/1.1!", "title": "string!", "home_page_url": "uri", "feed_url": "uri", "description": "string", "next_url": "uri",
		"icon": "uri", "favicon": "uri", "authors": "[author]", "language": "string", "hubs": "[hub]", "items": "[item]!",
	},
	"item": {
		"id": "string!", "url": "uri", "external_url": "uri", "title": "string", "content_html": "string!", "content_text": "string", "summary": "string", "image": "uri",
		"banner_image": "uri", "date_published": "time", "date_modified": "time", "authors": "[author]", "tags": "[string]", "language": "string",
		"attachments": "[attachment]", "_translations": "{translations}",
	},
	"translations": {"en": "uri", "sv": "uri"}, // ours
	"author":       {"name": "string!", "url": "uri", "avatar": "uri"},
	"hub":          {"type": "string!", "url": "uri!"},
	"attachment":   {"url": "uri!", "mime_type": "string!", "title": "string", "size_in_bytes": "integer", "duration_in_seconds": "integer"},
}

// noJSONFaults checks a JSON Feed by them, and that no two items have one id.
func noJSONFaults(t testing.TB, document string) {
	t.Helper()
	var feed map[string]any
	if err := json.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	faults, seen := jsonFeedSchema.faults("", "feed", feed), map[any]bool{}
	items, _ := feed["items"].([]any)
	for _, i := range items {
		id := i.(map[string]any)["id"]
		if seen[id] {
			faults = append(faults, fmt.Sprintf("two items have the id %v", id))
		}
		seen[id] = true
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

func TestJSONFeed_BreaksNoRule(t *testing.T) {
	f := feedOf(t, append(numbered(20), translatedCampaign())...)
	f.Hub, f.Page.Next = "https://press.example/hub", "c1"
	noJSONFaults(t, write(t, FormatJSON, f))
	noJSONFaults(t, write(t, FormatJSON, feedOf(t)))
}

func TestJSONFeedSchema_FindsWhatItForbids(t *testing.T) {
	for name, change := range map[string]func(feed, item map[string]any){
		"another version":   func(feed, _ map[string]any) { feed["version"] = "https://jsonfeed.org/version/1" },
		"no items":          func(feed, _ map[string]any) { delete(feed, "items") },
		"a wrong property":  func(feed, _ map[string]any) { feed["banner_"] = "x" },
		"an id is a number": func(_, item map[string]any) { item["id"] = 1.0 },
		"a relative link":   func(_, item map[string]any) { item["url"] = "/nyhet" },
		"a tag is a number": func(_, item map[string]any) { item["tags"] = []any{1.0} },
		"a date in RSS":     func(_, item map[string]any) { item["date_published"] = "Tue, 18 Oct 2016 04:00:00 GMT" },
		"no type":           func(_, item map[string]any) { item["attachments"] = []any{map[string]any{"url": "https://a.example/"}} },
	} {
		var feed map[string]any
		if err := json.Unmarshal([]byte(write(t, FormatJSON, feedOf(t, campaign()))), &feed); err != nil {
			t.Fatal(err)
		}
		change(feed, feed["items"].([]any)[0].(map[string]any))
		if faults := jsonFeedSchema.faults("", "feed", feed); len(faults) != 1 {
			t.Errorf("%s: %q", name, faults)
		}
	}
}
