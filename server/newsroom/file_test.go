package newsroom

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/database/dbtest"
)

// attach keeps a file, makes a version of the release with it, and has that approved.
func (p *press) attach(r releases.Release, name, content string) releases.File {
	p.t.Helper()
	stored, err := p.files.Create(strings.NewReader(content))
	if err != nil {
		p.t.Fatal(err)
	}
	file := releases.File{ID: stored.ID, Key: stored.Key, Type: stored.Type, Bytes: stored.Bytes, Hash: stored.Hash}
	said := releases.FileText{Name: name, Alt: "Älven i dimma", Caption: "Dalälven vid Gagnef.", Credit: "Åsa Ek", Rights: "Fri att använda."}
	r = must[releases.Release](p.t)(p.desk.AddFile(p.t.Context(), officer, r.ID, file, said, ""))
	must[releases.Release](p.t)(p.desk.Approve(p.t.Context(), officer, r.ID, r.Version, r.Hash))
	found, _ := r.Text.File(file.ID)
	return found
}

const gif = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"

func TestRelease_ListsItsFiles_AndShowsItsKeyPicture(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	report, picture := p.attach(r, "Rapport 2016.pdf", "%PDF-1.7 rapport"), p.attach(r, "älven.gif", gif)
	page := p.shows("/dalarna/"+r.Slug,
		"Dokument och bilder", `href="`+report.Path()+`"`, "Rapport 2016.pdf", "PDF, 16\u00a0B",
		`<img src="`+picture.Path()+`" alt="Älven i dimma"`, "Dalälven vid Gagnef. Foto: Åsa Ek", "Fri att använda.",
	)
	if strings.Count(page.body, `class="key"`) != 1 || strings.Index(page.body, `class="key"`) > strings.Index(page.body, `class="body prose"`) {
		t.Error("the key picture does not stand before the body")
	}
	a := p.shows(report.Path(), "%PDF-1.7 rapport")
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
		"Content-Disposition": `inline; filename="Rapport 2016.pdf"; filename*=UTF-8''Rapport%202016.pdf`, "Last-Modified": "Tue, 18 Oct 2016 03:00:00 GMT",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q; want %q", name, got, want)
		}
	}
	if part := p.get(report.Path(), "Range: bytes=9-"); part.status != http.StatusPartialContent || part.body != "rapport" {
		t.Errorf("a range: %d %q", part.status, part.body)
	}
	if again := p.get(report.Path(), "If-None-Match: "+a.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("asked again: %d", again.status)
	}
}

func TestSituation_FileNameGuessed_BeforeTheLift_IsAnsweredAsOneThatNeverWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		p := openDalarna(t, db)
		p.publish(releases.Text{Headline: "Redan ute", Body: "Text."})
		secret := p.schedule(sampleText(), time.Hour)
		file := p.attach(secret, "budget-2016.pdf", "%PDF-1.7 hemligt")
		p.set(secret.LiftAt.Add(-time.Millisecond))
		missing := "/files/" + strings.Repeat("a", len(file.ID)) + "/budget-2016.pdf"
		ways := []string{
			file.Path(), "/files/" + file.ID + "/budget-2017.pdf", "/files/" + file.ID, "/files/budget-2016.pdf", "/files/" + file.ID[:2] + "/" + file.ID,
			"/dalarna/budget-2016.pdf", "/dalarna/" + secret.Slug + "/budget-2016.pdf", "/files/" + secret.ID + "/budget-2016.pdf", "/files/..%2F" + file.ID + "/budget-2016.pdf",
			"/files/" + strings.ToUpper(file.ID) + "/budget-2016.pdf", "/files/", "/files",
		}
		for _, path := range ways {
			for _, method := range []string{"GET", "HEAD"} {
				for _, header := range []string{"Accept: */*", "Range: bytes=0-9", "If-None-Match: *", `If-Match: *`, "If-Modified-Since: Tue, 18 Oct 2033 04:00:00 GMT"} {
					there, nowhere := p.ask(method, path, nil, header), p.ask(method, missing, nil, header)
					if there.String() != nowhere.String() || there.status != http.StatusNotFound || there.header.Get("Cache-Control") != "no-store" {
						t.Errorf("%s %s with %q differs:\n%s\n%s", method, path, header, there, nowhere)
					}
				}
			}
		}
		p.set(secret.LiftAt)
		p.shows(file.Path(), "hemligt")
		for _, path := range ways[1:] {
			if a := p.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s is %d after the lift: a name of the wrong file finds it", path, a.status)
			}
		}
	})
}

func TestFile_ThatCouldAct_IsSavedNotShown(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	r := p.publish(sampleText())
	for name, content := range map[string]string{
		"a.pdf": "<!doctype html><script>alert(1)</script>", "b.png": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "c.exe": "MZ\x90\x00",
	} {
		a := p.shows(p.attach(r, name, content).Path())
		if !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment;") || !strings.Contains(a.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %v", name, a.header)
		}
	}
	if page := p.shows("/dalarna/" + r.Slug); strings.Contains(page.body, "<img") {
		t.Error("something that is no picture is shown as one")
	}
}

func TestPreview_ShowsFilesFromTheDesk(t *testing.T) {
	p := openDalarna(t, dbtest.SQLite(t))
	text := sampleText()
	text.Files = []releases.File{{ID: "x", Name: "a.gif", Type: "image/gif", Bytes: 1}}
	body := must[[]byte](t)(p.site.Preview(releases.Live{Newsroom: p.newsroom, Text: text, LiftAt: p.now(), UpdatedAt: p.now(), Zone: "Europe/Stockholm"}))
	a := answer{body: string(body)}
	a.has(t, "the preview", `src="/desk/files/x/a.gif"`)
	a.lacks(t, "the preview", `"/files/x`)
}
