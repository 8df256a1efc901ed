package feeds

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// An agency that sorts by the IPTC's codes finds the release under them in every format that has a place
// for a scheme, beside the newsroom's own topics.
func TestMediaTopics_StandBesideTheNewsroomsOwnTopics(t *testing.T) {
	l := campaign()
	l.Newsroom.Topics[0].Code = "medtop:20000789"
	f := feedOf(t, l)
	const concept = "http://cv.iptc.org/newscodes/mediatopic/20000789"

	atom, rss := write(t, FormatAtom, f), write(t, FormatRSS, f)
	noFaults(t, atom)
	noFaults(t, rss)
	entry := rootOf(t, atom).all(atomSpace, "entry")[0].all(atomSpace, "category")
	if c := entry[len(entry)-1]; len(entry) != 4 || c.attr("scheme")+"/"+c.attr("term") != concept || c.attr("label") != "Jämställdhet" {
		t.Errorf("Atom has %v", entry)
	}
	item := rootOf(t, rss).all("", "channel")[0].all("", "item")[0].all("", "category")
	if c := item[len(item)-1]; len(item) != 4 || c.attr("domain")+"/"+c.Text != concept {
		t.Errorf("RSS has %v", item)
	}
	if tags := readJSON(t, write(t, FormatJSON, f)).Items[0].Tags; !slices.Equal(tags, []string{"Pressmeddelande", "Jämställdhet", "Fiske & vatten"}) {
		t.Errorf("JSON Feed, whose tags have no scheme, has %q", tags)
	}

	document, err := f.Ninjs(l)
	subjects := readNinjs(t, document, err)["subjects"].([]any)
	if last := subjects[2].(map[string]any); len(subjects) != 3 || last["uri"] != concept || last["name"] != "Jämställdhet" {
		t.Errorf("ninjs has %v", subjects)
	}
	newsml := readNewsML(t, f).all(newsmlSpace, "newsItem")[0].all(newsmlSpace, "contentMeta")[0].all(newsmlSpace, "subject")
	if c := newsml[2]; len(newsml) != 3 || c.attr("qcode") != "medtop:20000789" || c.attr("uri") != "" || c.text(newsmlSpace, "name") != "Jämställdhet" {
		t.Errorf("NewsML-G2 has %v", newsml)
	}
	var article struct {
		About []struct{ Name, SameAs string }
	}
	script, err := f.Article(l)
	if err == nil {
		err = json.Unmarshal([]byte(script), &article)
	}
	if err != nil || len(article.About) != 1 || article.About[0].SameAs != concept || article.About[0].Name != "Jämställdhet" {
		t.Errorf("JSON-LD has %v, %v", article.About, err)
	}
}

func TestMediaTopics_OfTopicsThatAReleaseIsNotAbout_AreNotItsOwn(t *testing.T) {
	l := campaign()
	l.Newsroom.Topics[0].Code = "medtop:20000789"
	l.Text.Topics = []string{"fiske"}
	for _, format := range append(Formats, Exchange...) {
		if document := write(t, format, feedOf(t, l)); strings.Contains(document, "20000789") {
			t.Errorf("%s:\n%s", format, document)
		}
	}
}
