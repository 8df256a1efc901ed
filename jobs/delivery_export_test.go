package jobs_test

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
)

func TestExport_HasEveryRecipientOnceAndRunsNothingInASpreadsheet(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(1203)
		h.exec(`UPDATE subscribers SET name = '=HYPERLINK("https://evil.example")' WHERE email = 'reader9@example.net'`)
		r := h.scheduled(time.Minute)
		h.relay.answer = func(to string, _ int) (mail.Outcome, error) {
			if to == "reader7@example.net" {
				return mail.Outcome{Class: mail.Permanent, Code: 550, Enhanced: "5.1.1", Text: "no such user"}, nil
			}
			return mail.Outcome{Class: mail.Sent, Code: 250, Enhanced: "2.0.0", Text: "queued"}, nil
		}
		h.engine()
		time.Sleep(time.Minute)
		d := h.done(r.ID, time.Minute)
		var list strings.Builder
		if err := h.ledger.Export(h.t.Context(), officer, d.ID, &list); err != nil {
			h.t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(list.String())).ReadAll()
		if err != nil || len(rows) != 1204 {
			h.t.Fatalf("%d rows, %v", len(rows), err)
		}
		seen := map[string][]string{}
		for _, row := range rows {
			seen[row[0]] = row
		}
		if len(seen) != 1204 {
			h.t.Errorf("%d different addresses", len(seen)-1)
		}
		if row := seen["reader7@example.net"]; strings.Join(row[3:7], " ") != "failed 550 5.1.1 no such user 1" {
			h.t.Errorf("the one refused: %q", row)
		}
		if row := seen["reader9@example.net"]; !strings.HasPrefix(row[1], "'=") || row[3] != jobs.Sent {
			h.t.Errorf("the one with a formula for a name: %q", row)
		}
		if actions := h.actions(d.ID); actions[len(actions)-1] != "dispatch.export by anna@example.org" {
			h.t.Errorf("history %v", actions)
		}
		if err := h.ledger.Export(h.t.Context(), officer, "missing", io.Discard); !errors.Is(err, jobs.ErrNotFound) {
			h.t.Errorf("a dispatch that is not there: %v", err)
		}
	})
}
