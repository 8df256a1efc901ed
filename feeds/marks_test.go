package feeds

import (
	"strings"
	"testing"
	"time"

	"dateline/releases"
)

// correctedCampaign is the release, corrected twice.
func correctedCampaign() releases.Live {
	l := campaign()
	l.Corrections = []releases.Correction{
		{At: l.UpdatedAt, Note: "Andelen är 7,5 procent,\x00 inte 75. Felet uppstod när tabellen i rapporten fördes över hit."},
		{At: l.LiftAt.Add(time.Hour), Note: "Fel telefonnummer & <namn>."},
	}
	return l
}

const (
	secondNote = "Rättat 19 okt. 2016 09:30 CEST: Andelen är 7,5 procent, inte 75. Felet uppstod när tabellen i rapporten fördes över hit."
	firstNote  = "Rättat 18 okt. 2016 07:00 CEST: Fel telefonnummer & <namn>."
)

func TestCorrected_TheWireStory_SaysSoBeforeItsHeadline(t *testing.T) {
	story := string(feedOf(t).Wire(correctedCampaign()))
	want := "\nnationell-satsning\n\nRättat 19 okt. 2016 09:30 CEST: Andelen är 7,5 procent, inte 75. Felet\nuppstod när tabellen i rapporten fördes över hit.\n\n" + firstNote + "\n\nIDAG STARTAR"
	if !strings.Contains(story, want) {
		t.Errorf("%s", story)
	}
}

func TestCorrected_NewsroomSystemsAreToldHow(t *testing.T) {
	l := correctedCampaign()
	f := feedOf(t, l)
	document, err := f.Ninjs(l)
	equal(t, "ninjs", readNinjs(t, document, err)["edNote"], any(secondNote+"\n\n"+firstNote))

	meta := readNewsML(t, f).all(newsmlSpace, "newsItem")[0].all(newsmlSpace, "itemMeta")[0]
	equal(t, "NewsML-G2", meta.text(newsmlSpace, "edNote"), secondNote+"\n\n"+firstNote)
	equal(t, "its signal", meta.all(newsmlSpace, "signal")[0].attr("qcode"), "sig:correction")
	inOrder(t, meta, "itemClass", "provider", "versionCreated", "firstCreated", "pubStatus", "title", "edNote", "signal", "link", "link")
}

func TestCorrected_Feeds_SayWhatWasLast_BeforeTheLede_AndAllBeforeTheText(t *testing.T) {
	l := correctedCampaign()
	for _, format := range Formats {
		document := write(t, format, feedOf(t, l))
		if format != FormatJSON {
			noFaults(t, document)
		}
		got := parse(t, document).Items[0]
		if format != FormatRSS { // its description is HTML
			equal(t, "summary", got.Description, secondNote+"\n\n"+l.Text.Lede)
		}
		second, first, lede := strings.Index(got.Content, "Andelen är"), strings.Index(got.Content, "telefonnummer &amp; &lt;namn&gt;."), strings.Index(got.Content, "7,5 procent av")
		if second < 0 || first < second || lede < first {
			t.Errorf("%s: %s", format, got.Content)
		}
	}
}

func TestWithdrawn_NewsroomSystemsAreToldWhy_AndThatItsPicturesAreCanceled(t *testing.T) {
	l := campaign()
	l.Withdrawn = &releases.Withdrawn{ID: l.ID, Language: "sv", Zone: l.Zone, At: l.UpdatedAt, Reason: "Siffrorna stämde inte."}
	l.Text = releases.Text{Kind: l.Text.Kind, Language: "sv", Headline: l.Text.Headline}
	l.Withdrawn.Pictures = []string{"p2", "p1"}
	want := "Tillbakadraget 19 okt. 2016 09:30 CEST: Siffrorna stämde inte."
	document, err := feedOf(t).Ninjs(l)
	item := readNinjs(t, document, err)
	equal(t, "ninjs", item["edNote"], any(want))
	set := readNewsML(t, feedOf(t, l))
	equal(t, "NewsML-G2", set.path("newsItem", "itemMeta", "edNote"), want)

	associations, pictures := item["associations"].([]any), ofClass(set, "ninat:picture")
	if len(associations) != 2 || len(pictures) != 2 {
		t.Fatalf("%v, %v", associations, pictures)
	}
	for at, id := range []string{ID(l) + "/p2", ID(l) + "/p1"} {
		a := associations[at].(map[string]any)
		if a["uri"] != id || a["pubStatus"] != "canceled" || a["versionCreated"] != "2016-10-19T07:30:15.250Z" || a["renditions"] != nil {
			t.Errorf("ninjs has %v", a)
		}
		equal(t, "the item", pictures[at].attr("guid")+" "+pictures[at].attr("version"), id+" 4")
		equal(t, "its status", pictures[at].all(newsmlSpace, "itemMeta")[0].all(newsmlSpace, "pubStatus")[0].attr("qcode"), "stat:canceled")
		inOrder(t, pictures[at], "catalogRef", "itemMeta", "contentMeta")
	}
	for _, format := range Formats {
		if document := write(t, format, feedOf(t, l)); strings.Contains(document, "p2") {
			t.Errorf("%s offers a picture of what was withdrawn:\n%s", format, document)
		}
	}
}
