package desk

import (
	"net/http"
	"strings"
	"testing"

	"dateline/server/auth"
)

func TestHistory_TellsWhoDidWhat_AndWhereFromToApprovers(t *testing.T) {
	o := newOffice(t, "https://press.example")
	o.newsroom(t, "dalarna")
	writer, admin := o.officer(t, "writer", auth.Writer), o.officer(t, "admin", auth.Admin)
	o.stranger(t).post("/desk/sign-in", map[string][]string{"email": {"admin@example.se"}, "password": {"guessed"}})
	release := writer.write("Öppet hus")
	admin.get(release)

	page := admin.get(release + "/history")
	page.says(t, "Wrote the first version", "writer@example.se", "Looked at it before the world could", "admin@example.se", "version 1", "0.0.0.0")
	if own := writer.get(release + "/history"); own.status != http.StatusOK || strings.Contains(own.body, "0.0.0.0") {
		t.Errorf("a writer gets %d:\n%s", own.status, shorten(own.body))
	}
	admin.get("/desk/history").says(t, "Created the newsroom", "Dateline, by itself", "Failed to sign in", "Not signed in", "Öppet hus", "Added an account")
	if a := writer.get("/desk/history"); a.status != http.StatusForbidden {
		t.Errorf("a writer gets the history of everything: %d", a.status)
	}
}
