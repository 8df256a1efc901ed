package api

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"dateline/releases"
	"dateline/server/auth"
)

func TestForceApproval_StaysMarkedUntilAnotherReviewsIt(t *testing.T) {
	w := sqlite(t)
	newsroom := w.newsroom("dalarna")
	w.ask(auth.Admin, "PATCH", "/newsrooms/"+newsroom, fields{"approvals": 2}).want(http.StatusOK)
	id := w.ask(auth.Admin, "POST", "/newsrooms/"+newsroom+"/releases", fields{"headline": "Gruvan öppnar"}).want(http.StatusCreated).str("id")
	path := "/releases/" + id
	if wrong := w.ask(auth.Admin, "POST", path+"/force-approval", fields{"version": 1}).wrong(); wrong["reason"] == "" {
		t.Errorf("without a reason: %v", wrong)
	}
	if wrong := w.ask(auth.Admin, "POST", path+"/force-approval", fields{"reason": "Ingen är vaken."}).wrong(); wrong["version"] == "" {
		t.Errorf("without a version: %v", wrong)
	}
	w.ask(auth.Admin, "POST", path+"/force-approval", fields{"version": 1, "hash": "another", "reason": "Ingen är vaken."}).problem(http.StatusConflict)
	w.ask(auth.Admin, "POST", path+"/force-approval", fields{"version": 1, "reason": "Ingen är vaken."}).want(http.StatusOK).
		has(fields{"state": "approved", "forced_reason": "Ingen är vaken."})
	w.ask(auth.Admin, "POST", path+"/review", fields{"version": 1}).problem(http.StatusConflict)
	w.ask(auth.Approver, "POST", path+"/review", fields{"version": 1}).want(http.StatusOK).has(fields{"forced_by": "", "forced_reason": ""})
	if said := w.ask(auth.Writer, "GET", path+"/comments", nil).items(); len(said) != 1 || said[0]["text"] != "Ingen är vaken." {
		t.Errorf("after the review the reason is kept as %v", said)
	}
}

func TestComments_AreListedInOrder(t *testing.T) {
	w := sqlite(t)
	id := w.approved(w.newsroom("dalarna"))
	for i, text := range []string{"Är datumet rätt?", "Ja."} {
		w.clock.set(now.Add(time.Duration(i) * time.Second))
		w.ask(auth.Writer, "POST", "/releases/"+id+"/comments", fields{"text": text}).want(http.StatusCreated).has(fields{"text": text, "version": 1.0})
	}
	if wrong := w.ask(auth.Writer, "POST", "/releases/"+id+"/comments", fields{"text": " "}).wrong(); wrong["text"] == "" {
		t.Errorf("nothing said: %v", wrong)
	}
	said := w.ask(auth.Writer, "GET", "/releases/"+id+"/comments", nil).items()
	if len(said) != 2 || said[0]["text"] != "Är datumet rätt?" || said[1]["text"] != "Ja." {
		t.Errorf("listed %v", said)
	}
}

func TestVersions_AreComparedAndRestored(t *testing.T) {
	w := sqlite(t)
	id := w.ask(auth.Writer, "POST", "/newsrooms/"+w.newsroom("dalarna")+"/releases", fields{"headline": "Gruvan öppnar"}).want(http.StatusCreated).str("id")
	path := "/releases/" + id
	w.ask(auth.Writer, "PATCH", path, fields{"version": 1, "headline": "Gruvan stängs"}).want(http.StatusOK)
	w.ask(auth.Writer, "POST", path+"/versions/1/restore", fields{"version": 1}).problem(http.StatusConflict)
	w.ask(auth.Writer, "POST", path+"/versions/7/restore", fields{"version": 2}).problem(http.StatusNotFound)
	w.ask(auth.Writer, "POST", path+"/versions/1/restore", fields{"version": 2}).want(http.StatusOK).has(fields{"version": 3.0, "headline": "Gruvan öppnar"})
	var told struct{ Differences []releases.Difference }
	r := w.ask(auth.Writer, "GET", path+"/versions/compare?from=1&to=2", nil).want(http.StatusOK)
	if err := json.Unmarshal([]byte(r.text), &told); err != nil || len(told.Differences) != 1 || told.Differences[0].Field != "headline" {
		t.Errorf("compared: %s, %v", r.text, err)
	}
}

func TestDelete_AndUndelete_OfADraft(t *testing.T) {
	w := sqlite(t)
	path := "/releases/" + w.ask(auth.Writer, "POST", "/newsrooms/"+w.newsroom("dalarna")+"/releases", fields{"headline": "Gruvan öppnar"}).str("id")
	w.ask(auth.Writer, "DELETE", path, nil).want(http.StatusNoContent)
	w.ask(auth.Writer, "GET", path, nil).problem(http.StatusNotFound)
	w.ask(auth.Writer, "POST", path+"/undelete", nil).want(http.StatusOK).has(fields{"state": "draft", "headline": "Gruvan öppnar"})
	w.ask(auth.Writer, "POST", path+"/undelete", nil).problem(http.StatusConflict)
}

func TestUndelete_OfAnotherNewsroomsRelease_FindsNone(t *testing.T) {
	w := sqlite(t)
	path := "/releases/" + w.ask(auth.Writer, "POST", "/newsrooms/"+w.newsroom("dalarna")+"/releases", fields{"headline": "Gruvan öppnar"}).str("id")
	w.ask(auth.Writer, "DELETE", path, nil).want(http.StatusNoContent)
	foreign := w.makeToken("foreign", auth.Admin, w.ask(auth.Admin, "GET", "/newsrooms/"+w.newsroom("vaermland"), nil).str("id"))
	w.askAs(foreign, "POST", path+"/undelete", nil).problem(http.StatusNotFound)
}

// What a type embeds is in the description, as in the answers.
func TestOpenAPI_ListsWhatIsEmbedded(t *testing.T) {
	w := sqlite(t)
	var described struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	r := w.request("", "GET", "/openapi.json", "", nil).want(http.StatusOK)
	if err := json.Unmarshal([]byte(r.text), &described); err != nil {
		t.Fatal(err)
	}
	for schema, property := range map[string]string{"Forced": "version", "UploadTo": "caption"} {
		if described.Components.Schemas[schema].Properties[property] == nil {
			t.Errorf("%s has no %s", schema, property)
		}
	}
}

func TestAdvanceCopy_WhereNobodyHasAccepted_IsAConflict_ElseAMailing(t *testing.T) {
	w := sqlite(t)
	id := w.approved(w.newsroom("dalarna"))
	w.ask(auth.Approver, "POST", "/releases/"+id+"/schedule", fields{"lift_at": "2016-10-18T06:00"}).want(http.StatusOK)
	pass := w.ask(auth.Approver, "POST", "/releases/"+id+"/passes", fields{"name": "Pia Lund", "outlet": "Falu Kuriren", "email": "pia@example.com"}).want(http.StatusCreated).str("id")
	w.ask(auth.Approver, "POST", "/releases/"+id+"/advance-copy", nil).problem(http.StatusConflict)
	letter, err := w.passes.Letter(t.Context(), pass)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := w.passes.Open(t.Context(), letter.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.passes.Accept(t.Context(), opened, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	d := w.ask(auth.Approver, "POST", "/releases/"+id+"/advance-copy", nil).want(http.StatusCreated).has(fields{"kind": "advance", "audience": 1.0, "version": 1.0})
	if at := d.header.Get("Location"); at != Root+"/dispatches/"+d.str("id") {
		t.Errorf("it is at %q", at)
	}
}
