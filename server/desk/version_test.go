package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dateline/server/auth"
)

// saveOver saves the next version of a release.
func saveOver(p *person, at, base, headline string) {
	p.t.Helper()
	typed := text(headline)
	typed.Set("version", base)
	p.done(at, typed)
}

func TestVersions_AnyTwoAreComparedAndAnyIsRestored(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	at := writer.write("Gruvan öppnar i maj")
	saveOver(writer, at, "1", "Gruvan öppnar i juni")
	saveOver(writer, at, "2", "Gruvan stängs i juni")

	newest := writer.get(at + "/versions")
	newest.says(t, "From version 2 to version 3", "Gruvan <del>öppnar</del><ins>stängs</ins> i juni", "Restore version 1", "Restore version 2")
	if strings.Contains(newest.body, "Restore version 3") {
		t.Error("the newest is offered to be restored")
	}
	writer.get(at+"/versions?from=1&to=3").says(t, "Gruvan <del>öppnar</del><ins>stängs</ins> i <del>maj</del><ins>juni</ins>")
	if a := writer.get(at + "/versions?from=1&to=9"); a.status != http.StatusNotFound {
		t.Errorf("a version that is not there: %d", a.status)
	}

	writer.done(at+"/versions/1/restore", url.Values{"version": {"3"}}).says(t, "saved as a new version", "Gruvan öppnar i maj</textarea>")
	writer.get(at+"/versions?from=1&to=4").says(t, "The texts are the same.")
	stale := writer.post(at+"/versions/2/restore", url.Values{"version": {"3"}})
	if stale.status != http.StatusConflict {
		t.Errorf("on top of a version that is not the newest any more: %d", stale.status)
	}
}

func TestVersions_SayWhichTheWorldSeesAndWhatReadersWereTold(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	approver := o.officer(t, "bo", auth.Approver)
	at := live(t, o, approver)
	typed := text("Rätt rubrik")
	typed.Set("version", "1")
	typed.Set("note", "Rubriken var fel.")
	approver.done(at+"/correct", typed)
	page := approver.get(at + "/versions")
	page.says(t, "Rubriken var fel.", "Live")
	if strings.Count(page.body, `class="chip green"`) != 1 {
		t.Error("not one version is marked as live")
	}
}

// Two people edit: the second to save sees the other's change beside their own, and only what differs.
func TestSave_OnTopOfAnothersText_ShowsBothMarked(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	anna, bo := o.officer(t, "anna", auth.Writer), o.officer(t, "bo", auth.Writer)
	at := anna.write("Gruvan öppnar i maj")
	saveOver(bo, at, "1", "Gruvan öppnar i juni")
	typed := text("Gruvan stängs i maj")
	typed.Set("version", "1")
	second := anna.post(at, typed)
	if second.status != http.StatusConflict {
		t.Errorf("the second to save: %d", second.status)
	}
	second.says(t, "Gruvan <mark>öppnar</mark> i <mark>juni</mark>", "Gruvan <mark>stängs</mark> i <mark>maj</mark>", "Gruvan stängs i maj</textarea>", `name="version" value="2"`)
	if strings.Count(second.body, `<div class="difference">`) != 1 {
		t.Error("fields that both have alike are shown as different")
	}
	typed.Set("version", "2")
	anna.done(at, typed).says(t, "Gruvan stängs i maj")
}
