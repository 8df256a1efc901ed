package jobs_test

import (
	"testing"
	"time"

	"dateline/jobs"
)

func TestSituation_UnsubscribedBetweenStagingAndSending_IsNotMailed(t *testing.T) {
	each(t, func(h *house) {
		ids := h.subscribe(600)
		r := h.scheduled(5 * time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		h.reach(r.ID, jobs.Staged, 0)
		h.exec(`UPDATE subscribers SET state = 'unsubscribed' WHERE id = $1`, ids[0])
		h.exec(`INSERT INTO suppressions (email_key, newsroom_id, reason, detail, created_at) VALUES ('reader2@example.net', '', 'complaint', '', 0)`)
		h.exec(`DELETE FROM subscribers WHERE id = $1`, ids[2])

		time.Sleep(5 * time.Minute)
		d := h.reach(r.ID, jobs.Done, 0)
		if d.Sent != 597 || d.Excluded != 3 {
			h.t.Errorf("done: %+v", d)
		}
		for _, to := range []string{"reader1@example.net", "reader2@example.net", "reader3@example.net"} {
			if h.relay.received()[to] != nil {
				h.t.Errorf("%s had left and was mailed", to)
			}
		}
	})
}

func TestSituation_SubscribedBetweenStagingAndTheLift_IsMailed(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(700)
		r := h.scheduled(5 * time.Minute)
		h.engine()
		time.Sleep(time.Minute)
		h.reach(r.ID, jobs.Staged, 0)
		h.subscribe(801)
		time.Sleep(5 * time.Minute)
		if d := h.reach(r.ID, jobs.Done, 0); d.Audience != 1501 || d.Sent != 1501 {
			h.t.Errorf("done: %+v", d)
		}
		h.wantEachOnce(1501)
	})
}

func TestAudience_AsksForOtherTopics_IsNotMailed(t *testing.T) {
	each(t, func(h *house) {
		ids := h.subscribe(3)
		h.exec(`INSERT INTO subscriber_topics (subscriber_id, topic) VALUES ($1, 'kultur'), ($2, 'natur')`, ids[0], ids[1])
		r := h.scheduled(time.Minute)
		h.engine()
		time.Sleep(2 * time.Minute)
		h.reach(r.ID, jobs.Done, 0)
		if got := h.relay.received(); len(got) != 2 || got["reader1@example.net"] != nil {
			h.t.Errorf("mailed were %v", got)
		}
	})
}

func TestAudience_Nobody_IsDone(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(time.Minute)
		h.engine()
		time.Sleep(2 * time.Minute)
		if d := h.reach(r.ID, jobs.Done, 0); d.Audience != 0 {
			h.t.Errorf("done: %+v", d)
		}
	})
}

func TestAudience_GatheredByTwoAtOnceAndCutShort_HasEveryoneOnce(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(5000)
		r := h.scheduled(8 * time.Minute)
		first := h.engine()
		second := h.engine(func(d *jobs.Deps, _ *jobs.Settings) { d.DB = h.open() })
		first.Stop(h.t.Context())
		second.Stop(h.t.Context())
		h.engine()
		d := h.reach(r.ID, jobs.Staged, time.Minute)
		if d.Audience != 5000 || d.Queued != 5000 {
			h.t.Errorf("staged: %+v", d)
		}
		time.Sleep(10 * time.Minute)
		h.reach(r.ID, jobs.Done, 0)
		h.wantEachOnce(5000)
	})
}
