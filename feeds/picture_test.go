package feeds

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"dateline/releases"
)

const (
	river = "https://press.example/files/p2/%C3%84lven%20&%20%C3%A5n.jpg"
	chart = "https://press.example/files/p1/karta.png"
)

func rootOf(t *testing.T, document string) (root element) {
	t.Helper()
	if err := xml.Unmarshal([]byte(document), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestPictures_StandInEveryFeed_InOrderWithTheirTrueLengthsAndTypes(t *testing.T) {
	f := feedOf(t, campaign())
	atom, rss := write(t, FormatAtom, f), write(t, FormatRSS, f)
	noFaults(t, atom)
	noFaults(t, rss)
	entry := rootOf(t, atom).all(atomSpace, "entry")[0]
	var enclosures []string
	for _, l := range entry.all(atomSpace, "link") {
		if l.attr("rel") == "enclosure" {
			enclosures = append(enclosures, l.attr("href")+" "+l.attr("type")+" "+l.attr("length"))
		}
	}
	equal(t, "Atom's enclosures", strings.Join(enclosures, "\n"), river+" image/jpeg 48211\n"+chart+" image/png 900")
	item := rootOf(t, rss).all("", "channel")[0].all("", "item")[0]
	for where, e := range map[string]element{"Atom": entry, "RSS": item} {
		media := e.all(mediaSpace, "content")
		if len(media) != 2 {
			t.Fatalf("%s has %d pictures", where, len(media))
		}
		equal(t, where, media[0].attr("url")+" "+media[0].attr("type")+" "+media[0].attr("fileSize")+" "+media[0].attr("width"), river+" image/jpeg 48211 1200")
		equal(t, where, media[0].text(mediaSpace, "credit"), "Åsa Ek")
		equal(t, where, media[0].text(mediaSpace, "description"), "Vid <Gagnef> & Mockfjärd.")
		equal(t, where, media[0].text(mediaSpace, "copyright"), "Fri att använda")
		equal(t, where, media[1].attr("url"), chart)
	}
	// As in a title, readers of RSS take a < for the beginning of an element unless it is written so.
	if !strings.Contains(rss, `<media:description type="plain">Vid &#x3C;Gagnef&#x3E; &#x26; Mockfjärd.</media:description>`) {
		t.Errorf("RSS has %s", rss)
	}
	if one := item.all("", "enclosure"); len(one) != 1 || one[0].attr("url") != river || one[0].attr("length") != "48211" || one[0].attr("type") != "image/jpeg" {
		t.Errorf("RSS encloses %v", one)
	}
	got := readJSON(t, write(t, FormatJSON, f)).Items[0]
	if got.Image != river || len(*got.Attachments) != 2 || (*got.Attachments)[0].URL != river || (*got.Attachments)[0].SizeInBytes != 48211 ||
		(*got.Attachments)[0].Title != "Vid <Gagnef> & Mockfjärd. Foto: Åsa Ek" || (*got.Attachments)[1].MimeType != "image/png" {
		t.Errorf("the JSON feed has %q, %v", got.Image, got.Attachments)
	}
}

func TestPictures_StandOnCards_AndAreAssociatedInNinjs(t *testing.T) {
	f := feedOf(t, campaign())
	var images []string
	for _, m := range f.OpenGraph(campaign()) {
		if m.Property == "og:image" {
			images = append(images, m.Content)
		}
	}
	equal(t, "the card's pictures", strings.Join(images, " "), river+" "+chart)
	var article struct {
		Image []struct{ URL, CreditText string }
	}
	script, err := f.Article(campaign())
	if err == nil {
		err = json.Unmarshal([]byte(script), &article)
	}
	if err != nil || len(article.Image) != 2 || article.Image[0].URL != river || article.Image[0].CreditText != "Åsa Ek" {
		t.Errorf("the article has %v, %v", article.Image, err)
	}
	document, err := f.Ninjs(campaign())
	pictures := readNinjs(t, document, err)["associations"].([]any)
	first := pictures[0].(map[string]any)
	rendition := first["renditions"].([]any)[0].(map[string]any)
	if len(pictures) != 2 || first["type"] != "picture" || first["by"] != "Åsa Ek" || rendition["href"] != river || rendition["sizeInBytes"] != 48211.0 {
		t.Errorf("associated are %v", pictures)
	}
}

// A system that ingests the list must be told that what it has is void, and learn nothing else.
func TestWithdrawnInError_IsCanceledForNewsroomSystems_AndTellsNothingThatItSaid(t *testing.T) {
	l := campaign()
	l.Withdrawn = &releases.Withdrawn{ID: l.ID, Newsroom: l.Newsroom, Slug: l.Slug, Kind: l.Text.Kind, Language: "sv", LiftAt: l.LiftAt, Zone: l.Zone,
		At: l.UpdatedAt, Reason: "Det gick av misstag.", InError: true}
	l.Text = releases.Text{Kind: l.Text.Kind, Language: "sv"}
	f := feedOf(t, l)
	list, err := NinjsList(f)
	got := readNinjs(t, list, err)["associations"].([]any)[0].(map[string]any)
	if got["pubStatus"] != "canceled" || got["version"] != "4" || got["name"] == "" {
		t.Errorf("got %v", got)
	}
	newsml := write(t, FormatNewsML, f)
	if strings.Count(newsml, "stat:canceled") != 2 {
		t.Errorf("NewsML-G2 does not cancel it:\n%s", newsml)
	}
	for _, format := range append(Formats, Exchange...) {
		if document := write(t, format, f); strings.Contains(document, l.Slug) || strings.Contains(document, "satsning") || !strings.Contains(document, "misstag") {
			t.Errorf("%s:\n%s", format, document)
		}
	}
}
