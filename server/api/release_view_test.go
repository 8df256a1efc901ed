package api

import (
	"net/http"
	"slices"
	"testing"

	"dateline/server/auth"
)

func TestEveryCallThatTellsAnUnpublishedText_IsWrittenDownAsAView(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	id := w.release(n)
	for name, path := range map[string]string{
		"list": "/newsrooms/" + n + "/releases", "get": "/releases/" + id, "versions": "/releases/" + id + "/versions",
		"compare": "/releases/" + id + "/versions/compare?from=1&to=1", "files": "/releases/" + id + "/files",
	} {
		w.askAs(w.makeToken(name, auth.Writer, ""), "GET", path, nil).want(http.StatusOK)
	}
	var seen []string
	for _, row := range w.ask(auth.Admin, "GET", "/releases/"+id+"/history", nil).want(http.StatusOK).items() {
		if row["action"] == "release.view" {
			seen = append(seen, row["actor"].(string))
		}
	}
	slices.Sort(seen)
	if want := []string{"compare", "files", "get", "list", "versions"}; !slices.Equal(seen, want) {
		t.Errorf("views by %q; want %q", seen, want)
	}
}

func TestAView_OfWhatAFreezeHides_IsNone(t *testing.T) {
	w := sqlite(t)
	n := w.newsroom("dalarna")
	id := w.release(n)
	w.ask(auth.Admin, "POST", "/newsrooms/"+n+"/freeze", fields{"reason": "Misstänkt läcka"}).want(http.StatusOK)
	w.ask(auth.Admin, "GET", "/releases/"+id, nil).want(http.StatusOK)
	for _, row := range w.ask(auth.Admin, "GET", "/releases/"+id+"/history", nil).want(http.StatusOK).items() {
		if row["action"] == "release.view" {
			t.Errorf("it is said to have been seen: %v", row)
		}
	}
}
