package feeds

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func readNinjs(t testing.TB, document []byte, err error) map[string]any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var item map[string]any
	if err := json.Unmarshal(document, &item); err != nil {
		t.Fatal(err)
	}
	for _, fault := range ninjsSchema.faults("", "item", item) {
		t.Error(fault)
	}
	return item
}

func TestNinjs_HoldsTheWholeRelease(t *testing.T) {
	l := campaign()
	site := feedOf(t).Site
	document, err := site.Ninjs(l)
	item := readNinjs(t, document, err)
	for name, want := range map[string]any{
		"uri":            "tag:lansstyrelsen.se,2016-01-31:q2h5tq3kd7w2mxe4ra6yvhcg2u",
		"type":           "text",
		"version":        "3",
		"firstCreated":   "2016-10-18T04:00:00.000Z",
		"versionCreated": "2016-10-19T07:30:15.250Z",
		"pubStatus":      "usable",
		"language":       "sv",
		"by":             "Länsstyrelsen Dalarna",
		"slugline":       "nationell-satsning",
		"located":        "Falun",
	} {
		equal(t, name, item[name], want)
	}
	bodies := item["bodies"].([]any)
	equal(t, "HTML", bodies[0].(map[string]any)["value"], any(wantContent))
	equal(t, "text", bodies[1].(map[string]any)["value"], any(string(site.Wire(l))))
	subject := item["subjects"].([]any)[0].(map[string]any)
	equal(t, "subject", subject["uri"], any("tag:lansstyrelsen.se,2016-01-31:topic/jamstalldhet"))
	contact := item["people"].([]any)[0].(map[string]any)["contactInfo"].([]any)[0].(map[string]any)
	equal(t, "phone", contact["value"], any("+46 (0)10-225 04 25"))
}

func TestNinjs_OfATopicNamedAsAKind_KeepsBoth(t *testing.T) {
	l := campaign()
	l.Text.Topics = []string{"press-release"}
	document, err := feedOf(t).Ninjs(l)
	item := readNinjs(t, document, err)
	if len(item["subjects"].([]any)) != 1 || len(item["genres"].([]any)) != 1 {
		t.Errorf("%v %v", item["subjects"], item["genres"])
	}
}

func TestNinjs_OfWhatIsPublic_NeverTellsAnEmbargo(t *testing.T) {
	one, err := feedOf(t).Ninjs(campaign())
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{string(one), write(t, FormatNinjs, feedOf(t, campaign()))} {
		if strings.Contains(document, "embargoedUntil") || strings.Contains(document, "withheld") {
			t.Errorf("a live release has no embargo:\n%s", document)
		}
	}
}

func TestNinjsList_HasEveryReleaseInOrder(t *testing.T) {
	document, err := NinjsList(feedOf(t, numbered(3)...))
	list := readNinjs(t, document, err)
	equal(t, "uri", list["uri"], any(feedOf(t).ID()))
	var names []any
	for _, a := range list["associations"].([]any) {
		names = append(names, a.(map[string]any)["name"])
	}
	if !slices.Equal(names, []any{"Release 3", "Release 2", "Release 1"}) {
		t.Errorf("%v", names)
	}
}

func TestNinjsList_Empty_IsValid(t *testing.T) {
	document, err := NinjsList(feedOf(t))
	readNinjs(t, document, err)
}
