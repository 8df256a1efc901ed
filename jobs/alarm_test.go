package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/releases/history"
	"dateline/server/database"
)

func TestAlarm_WhenALiftsMailHasNotBegun_IsMailedToEveryAdminOnce(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3)
		r := h.scheduled(time.Minute)
		// Something keeps every dispatch from beginning.
		stuck, mended := `CREATE TRIGGER stuck BEFORE UPDATE ON dispatches WHEN new.state = 'sending' BEGIN SELECT RAISE(ABORT, 'stuck'); END`, `DROP TRIGGER stuck`
		if database.IsPostgres(h.address) {
			stuck, mended = `ALTER TABLE dispatches ADD CONSTRAINT stuck CHECK (state <> 'sending')`, `ALTER TABLE dispatches DROP CONSTRAINT stuck`
		}
		h.exec(stuck)
		var late []time.Duration
		e := h.engine(func(d *jobs.Deps, _ *jobs.Settings) {
			d.Admins = func(context.Context) ([]string, error) { return []string{"chef@example.org", "it@example.org"}, nil }
			d.Lifted = func(by time.Duration) { late = append(late, by) }
		})
		time.Sleep(time.Minute + 9*time.Second)
		if n := len(h.relay.received()); n != 0 {
			h.t.Fatalf("%d mails after nine seconds", n)
		}
		time.Sleep(20 * time.Second)
		if health := e.Health(h.t.Context()); health.Overdue != 1 {
			h.t.Errorf("%d are overdue", health.Overdue)
		}
		for _, admin := range []string{"chef@example.org", "it@example.org"} {
			if raw := h.relay.lastTo(admin); !strings.Contains(raw, "/desk/releases/"+r.ID) || strings.Contains(raw, "torsdag") {
				h.t.Errorf("%s was told:\n%s", admin, raw)
			}
		}
		h.exec(mended)
		h.done(r.ID, 20*time.Second)
		h.wantEachOnce(5)
		if len(late) != 1 || late[0] < 29*time.Second {
			h.t.Errorf("the lateness is told as %v", late)
		}
		if err := history.Verify(h.t.Context(), h.db); err != nil {
			h.t.Error(err)
		}
	})
}
