package desk

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dateline/releases/history"
	"dateline/server/auth"
)

// attach sends the form that attaches a file.
func (p *person) attach(release, name, content string, typed url.Values) answer {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, values := range typed {
		if err := form.WriteField(field, values[0]); err != nil {
			p.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	request := httptest.NewRequest("POST", release+"/files", &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return p.do(request)
}

// fileOf is the address at which a page's only file is changed.
func fileOf(t *testing.T, a answer) string {
	t.Helper()
	m := regexp.MustCompile(`action="(/desk/releases/[a-z0-9]+/files/[a-z0-9]+)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no file:\n%s", shorten(a.body))
	}
	return m[1]
}

func TestFiles_AreAttachedDescribedAndRemovedOnTheReleasesPage(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	release := writer.write("Med bild")
	a := writer.attach(release, "älven.gif", "GIF89a\x01\x00\x01\x00\x00\x00\x00;", url.Values{"caption": {"Vid Gagnef"}})
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), release+"#files") {
		t.Fatalf("attach: %d to %s\n%s", a.status, a.header.Get("Location"), shorten(a.body))
	}
	page := writer.get(release)
	page.says(t, "The file is attached.", "älven.gif", "GIF, 14\u00a0B", `value="Vid Gagnef"`, "Describe what the picture shows", "version 2")
	file := fileOf(t, page)
	writer.done(file, url.Values{"alt": {"Älven i dimma"}, "caption": {"Vid Gagnef"}}).says(t, `alt="Älven i dimma"`)
	src := regexp.MustCompile(`src="(/desk/files/[^"]+)"`).FindStringSubmatch(page.body)
	shown := writer.get(src[1])
	if shown.status != http.StatusOK || shown.header.Get("Content-Type") != "image/gif" || shown.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the file: %d %v", shown.status, shown.header)
	}
	if a := o.stranger(t).get(src[1]); a.status != http.StatusUnauthorized {
		t.Errorf("a stranger gets %d", a.status)
	}
	writer.done(file+"/remove", url.Values{}).says(t, "The file is removed.")
	if page := writer.get(release); strings.Contains(page.body, "älven.gif") {
		t.Error("the file is still there")
	}
}

func TestFiles_ThatAreNotTaken_SayWhyAtTheField_AndKeepWhatWasTyped(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer := o.officer(t, "anna", auth.Writer)
	release := writer.write("Utan bild")
	a := writer.attach(release, "tom.pdf", "", url.Values{"caption": {"Bildtext att behålla"}})
	a.says(t, "The file is empty.", `value="Bildtext att behålla"`, `href="#file-file"`)
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("an empty file: %d", a.status)
	}
	if a := writer.post(release+"/files", url.Values{}); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("no form with a file: %d", a.status)
	}
}

func TestFile_OfAnUnpublishedRelease_IsSeenInItsHistory(t *testing.T) {
	o := newOffice(t, "http://localhost")
	o.newsroom(t, "dalarna")
	writer, approver := o.officer(t, "anna", auth.Writer), o.officer(t, "bo", auth.Approver)
	release := writer.write("Med bilaga")
	writer.attach(release, "bilaga.pdf", "%PDF-1.7 hemligt", url.Values{})
	link := regexp.MustCompile(`href="(/desk/files/[^"]+)"`).FindStringSubmatch(writer.get(release).body)
	if link == nil {
		t.Fatal("no file")
	}
	if a := approver.get(link[1]); a.status != http.StatusOK {
		t.Fatalf("the file: %d", a.status)
	}
	rows, _, err := o.deps.Releases.History(t.Context(), history.Filter{Subjects: []string{strings.TrimPrefix(release, "/desk/releases/")}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(rows, func(e history.Entry) bool { return e.Action == "release.view" && e.Who.Name == "bo@example.se" }) {
		t.Errorf("nobody is said to have seen it: %+v", rows)
	}
}
