package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImport_OfAnArchiveAndAList_PutsTheGoodLinesInOnceAndMailsNobody(t *testing.T) {
	p := newProcess(t, nil)
	p.start()
	c := p.client("admin")
	makeNewsroom(c, 3)
	c.call("PATCH", "/newsrooms/dalarna", http.StatusOK, map[string]any{"approvals": 2})
	write := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	archive := write("archive.jsonl", `{"headline": "Ny länsväg invigd", "body": "Vägen är öppen.", "lift_at": "2016-10-18T06:00", "zone": "Europe/Stockholm"}
{"headline": "Älgjakten börjar", "slug": "algjakt", "topics": ["Mänskliga rättigheter"], "lift_at": "2015-09-07T00:30:00Z"}

{"headline": "", "lift_at": "2014-01-01T00:00"}
{"headline": "Ingen tid"}
{"headline": "Sommartid", "lift_at": "2016-03-27T02:30"}
{"headline": "Framtid", "lift_at": "2099-01-01T00:00"}
{"headline": "Okänt", "author": "Anna", "lift_at": "2014-01-01T00:00"}
not JSON
`)
	list := write("list.csv", "email;name\nasa@example.com;Åsa\nnot an address;\n")
	for _, want := range []string{"2 releases added, 0 unchanged\n", "0 releases added, 2 unchanged\n"} {
		code, stdout, stderr := callProgram(t, p.env, "import", "releases", archive, "--newsroom", "dalarna")
		if code != exitFailed || stdout != want {
			t.Errorf("exit %d: %q, want %q", code, stdout, want)
		}
		for _, line := range []string{"line 4: headline: ", "line 5: lift_at: ", "line 6: lift_at: ", "line 7: lift_at: ", "line 8: it is not", "line 9: it is not", "6 lines were refused"} {
			if !strings.Contains(stderr, line) {
				t.Errorf("it lacks %q:\n%s", line, stderr)
			}
		}
	}
	code, stdout, stderr := callProgram(t, p.env, "import", "subscribers", list, "--newsroom", "dalarna", "--consent", "asked by phone")
	if code != exitFailed || stdout != "1 subscribers added, 0 updated, 0 unchanged\n" || !strings.Contains(stderr, "line 3: email: ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for _, page := range []string{"/dalarna/ny-lansvag-invigd", "/dalarna/algjakt"} {
		if status, _, body := get(t, p.base+page); status != http.StatusOK || !strings.Contains(body, "201") {
			t.Errorf("%s answers %d", page, status)
		}
	}
	for _, r := range c.call("GET", "/newsrooms/dalarna/releases", http.StatusOK, nil)["items"].([]any) {
		id := r.(map[string]any)["id"].(string)
		if mailed := c.call("GET", "/releases/"+id+"/dispatches", http.StatusOK, nil)["items"].([]any); len(mailed) != 0 {
			t.Errorf("an archive item was mailed: %v", mailed)
		}
	}
}

func TestImport_OfNothingItKnows_IsWrongUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"can't be imported":      {"import", "mails", "x", "--newsroom", "n"},
		"--newsroom is needed":   {"import", "releases", "x"},
		"3 arguments were given": {"import", "releases", "x", "y", "--newsroom", "n"},
	} {
		if code, _, stderr := callProgram(t, nil, args...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d, %s", args, code, stderr)
		}
	}
}
