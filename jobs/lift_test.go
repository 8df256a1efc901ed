package jobs_test

import (
	"strings"
	"testing"
	"time"

	"dateline/jobs"
)

func TestLift_MailsEveryoneOnceAndNotBefore(t *testing.T) {
	each(t, func(h *house) {
		ids := h.subscribe(1234)
		r := h.scheduled(20 * time.Minute)
		h.engine()

		time.Sleep(15 * time.Minute)
		if d := h.dispatch(r.ID); d.State != jobs.Staged || d.Audience != 1234 || d.Queued != 1234 {
			h.t.Fatalf("five minutes before the lift: %+v", d)
		}
		time.Sleep(5*time.Minute - time.Millisecond)
		if n := len(h.relay.received()); n != 0 {
			h.t.Fatalf("%d mails left before the lift", n)
		}

		d := h.done(r.ID, 20*time.Second)
		h.wantEachOnce(1234)
		if d.Sent != 1234 || d.Version != 1 || d.FrozenAt.IsZero() || d.DoneAt.IsZero() {
			h.t.Errorf("done: %+v", d)
		}
		if late := d.FirstSentAt.Sub(d.StartedAt); late > 200*time.Millisecond {
			h.t.Errorf("the first mail left %v after the lift", late)
		}
		raw := h.relay.raw["reader1@example.net"]
		for _, want := range []string{"Message-ID: <" + d.ID + "." + ids[0] + "@example.org>", "https://news.example.org/unsubscribe/u-" + ids[0]} {
			if !strings.Contains(strings.ReplaceAll(raw, "=\r\n", ""), want) {
				h.t.Errorf("the mail lacks %q:\n%s", want, raw)
			}
		}
	})
}
