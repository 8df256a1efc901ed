package feeds

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"dateline/releases"
)

// translatedCampaign is the release with the same in English.
func translatedCampaign() releases.Live {
	l := campaign()
	l.Translations = []releases.Address{
		{ID: l.ID, Newsroom: l.Newsroom.Slug, Slug: l.Slug, Language: "sv", UpdatedAt: l.UpdatedAt},
		{ID: "english", Newsroom: l.Newsroom.Slug, Slug: "you-decide", Language: "en", UpdatedAt: l.UpdatedAt.Add(time.Hour)},
	}
	return l
}

const inEnglish = "https://press.example/lansstyrelsen-dalarna/you-decide"

func TestTranslations_AreNamedInEveryFormat(t *testing.T) {
	l := translatedCampaign()
	f := feedOf(t, l)
	atom := write(t, FormatAtom, f)
	noFaults(t, atom)
	noFaults(t, write(t, FormatRSS, f))
	var alternates []string
	last := ""
	for _, link := range rootOf(t, atom).all(atomSpace, "entry")[0].all(atomSpace, "link") {
		if link.attr("rel") == "alternate" {
			alternates = append(alternates, link.attr("hreflang")+" "+link.attr("href"))
			if link.attr("type") == "text/html" {
				last = link.attr("href")
			}
		}
	}
	equal(t, "Atom's alternates", strings.Join(alternates, "\n"), "sv https://press.example/lansstyrelsen-dalarna/nationell-satsning\nen "+inEnglish)
	equal(t, "what a reader that takes the last opens", last, "https://press.example/lansstyrelsen-dalarna/nationell-satsning")
	for _, format := range Formats {
		equal(t, "what a reader opens", parse(t, write(t, format, f)).Items[0].Link, "https://press.example/lansstyrelsen-dalarna/nationell-satsning")
	}

	item := rootOf(t, write(t, FormatRSS, f)).all("", "channel")[0].all("", "item")[0]
	related := item.all(atomSpace, "link")
	if len(related) != 1 || related[0].attr("rel") != "related" || related[0].attr("hreflang") != "en" || related[0].attr("href") != inEnglish {
		t.Errorf("RSS has %v", related)
	}
	if document := write(t, FormatJSON, f); !strings.Contains(document, `"_translations": {
        "en": "`+inEnglish+`"
      }`) {
		t.Errorf("JSON Feed has %s", document)
	}
	noJSONFaults(t, write(t, FormatJSON, f))
	links := readNewsML(t, f).all(newsmlSpace, "newsItem")[0].all(newsmlSpace, "itemMeta")[0].all(newsmlSpace, "link")
	link := links[len(links)-1]
	equal(t, "NewsML-G2", link.attr("reluri")+" "+link.attr("residref")+" "+link.all(newsmlSpace, "language")[0].attr("tag"),
		"https://schema.org/workTranslation tag:lansstyrelsen.se,2016-01-31:english en")

	document, err := f.Ninjs(l)
	associations := readNinjs(t, document, err)["associations"].([]any)
	english := associations[len(associations)-1].(map[string]any)
	for name, want := range map[string]any{"rel": "translation", "name": "English", "uri": "tag:lansstyrelsen.se,2016-01-31:english", "language": "en", "representationType": "partial"} {
		equal(t, name, english[name], want)
	}
	equal(t, "address", english["renditions"].([]any)[0].(map[string]any)["href"], any(inEnglish))

	var article struct {
		WorkTranslation []struct{ URL, InLanguage string }
	}
	script, err := f.Article(l)
	if err == nil {
		err = json.Unmarshal([]byte(script), &article)
	}
	if err != nil || len(article.WorkTranslation) != 1 || article.WorkTranslation[0].URL != inEnglish || article.WorkTranslation[0].InLanguage != "en" {
		t.Errorf("JSON-LD has %v, %v", article.WorkTranslation, err)
	}
}

// Whoever asks for what is newer than the translation must be given the feed that names it.
func TestFeed_IsAsNewAsATranslationThatItNames(t *testing.T) {
	l := translatedCampaign()
	equal(t, "updated", feedOf(t, l).Updated(), l.UpdatedAt.Add(time.Hour))
}
