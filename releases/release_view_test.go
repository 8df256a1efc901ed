package releases_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

func TestView_OfWhatTheWorldHasNot_IsWrittenDownOncePerText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		look := func(who history.Actor, r releases.Release) {
			t.Helper()
			if err := o.desk.Viewed(t.Context(), who, r); err != nil {
				t.Fatal(err)
			}
		}
		r := o.scheduled("Hemligt", 24*time.Hour)
		look(writer, r)
		look(writer, r) // the preview in the same page
		look(approver, r)
		elsewhere := writer
		elsewhere.From = "198.51.100.7"
		look(elsewhere, r)
		o.pass(time.Hour)
		look(writer, r)
		edited := o.edit(r, "Ännu hemligare", "").Release
		look(writer, edited)
		o.set(r.LiftAt)
		look(writer, o.state(r.ID, releases.StateLive)) // its newest text is still to be approved
		live := o.live("Redan ute")
		look(writer, live)

		items, _, err := o.desk.History(t.Context(), history.Filter{Subjects: []string{r.ID, live.ID}})
		if err != nil {
			t.Fatal(err)
		}
		var views []string
		for _, e := range items {
			if e.Action == "release.view" {
				views = append(views, fmt.Sprint(e.Who.ID, " ", e.Who.From, " ", e.Detail["version"]))
			}
		}
		want := "[writer 192.0.2.1 2 writer 192.0.2.1 2 writer 192.0.2.1 1 writer 198.51.100.7 1 approver 192.0.2.2 1 writer 192.0.2.1 1]"
		if got := fmt.Sprint(views); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}
