package main

import (
	"archive/zip"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/releases/history"
	"dateline/server/database"
	"dateline/server/database/dbtest"
)

func TestBackup_OfARunningServer_RestoresOnEitherEngine(t *testing.T) {
	const url = "https://press.example.org"
	p := newProcess(t, map[string]string{"DATELINE_URL": url})
	p.start()
	c := p.client("admin")
	makeNewsroom(c, 20)
	id, page := scheduleCorpus(t, c, 2*time.Second)
	eventually(t, "the release is live", func() bool { status, _, _ := get(t, page); return status == http.StatusOK })
	waitUntilDone(t, c, id)
	later, embargoed := scheduleCorpus(t, c, time.Hour)
	_, _, was := get(t, page)

	first := filepath.Join(t.TempDir(), "first.zip")
	p.run("backup", first)
	if info, err := os.Stat(first); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v", info, err)
	}
	p.kill()

	// To Postgres, and from there back to SQLite.
	postgres := map[string]string{"DATELINE_DATABASE": dbtest.PostgresAddress(t), "DATELINE_URL": url}
	second := filepath.Join(t.TempDir(), "second.zip")
	restored := newProcess(t, postgres)
	restored.run("restore", first)
	restored.run("backup", second)
	for _, q := range []*process{restored, newProcess(t, map[string]string{"DATELINE_URL": url})} {
		if q != restored {
			q.run("restore", second)
		}
		q.start()
		there := client{t: t, base: q.base, token: c.token}
		if _, _, is := get(t, strings.Replace(page, p.base, q.base, 1)); is != was {
			t.Errorf("the page was\n%s\nand is\n%s", was, is)
		}
		if status, _, _ := get(t, strings.Replace(embargoed, p.base, q.base, 1)); status != http.StatusNotFound {
			t.Errorf("the embargoed page answers %d", status)
		}
		if r := there.call("GET", "/releases/"+later, http.StatusOK, nil); r["state"] != "scheduled" {
			t.Errorf("the later release is %v", r["state"])
		}
		if list := there.call("GET", "/newsrooms/dalarna/subscribers", http.StatusOK, nil)["items"].([]any); len(list) != 20 {
			t.Errorf("there are %d subscribers", len(list))
		}
		if d := waitUntilDone(t, there, id); d["sent"] != 20.0 {
			t.Errorf("the dispatch is %v", d)
		}
		q.kill()
		db, err := database.Open(t.Context(), address(q))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
		var mails int
		if err := db.QueryRow(`SELECT COUNT(*) FROM captured WHERE recipient LIKE '%@tidning.example'`).Scan(&mails); err != nil || mails != 20 {
			t.Errorf("%d mails have gone out to readers, %v", mails, err)
		}
	}
}

// address is the one of a program's database.
func address(p *process) string {
	if given := p.env["DATELINE_DATABASE"]; given != "" {
		return given
	}
	return filepath.Join(p.env["DATELINE_DATA"], "dateline.db")
}

func TestRestore_WhereThereIsSomethingOrFromWhatIsNoBackup_IsRefused(t *testing.T) {
	p := newProcess(t, nil)
	file := filepath.Join(t.TempDir(), "backup.zip")
	p.run("adduser", "anna@example.org", "--role", "admin")
	p.run("backup", file)
	for want, args := range map[string][]string{
		"is there already":        {"backup", file},
		"the database is in use":  {"restore", file},
		"can't be read":           {"restore", file + "x"},
		"it is not a backup that": {"restore", otherZip(t)},
	} {
		code, _, stderr := callProgram(t, p.env, args...)
		if code != exitFailed || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d, %s", args, code, stderr)
		}
	}
}

// otherZip is a zip file that no backup is in.
func otherZip(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(zip.NewWriter(file).Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
