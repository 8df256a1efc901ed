package hub_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"dateline/jobs/hub"
)

// notice is what a search engine is told.
type notice struct {
	Host, Key, KeyLocation string
	URLList                []string
}

func (h *house) notices(engine *subscriber) (all []notice) {
	h.t.Helper()
	for _, r := range engine.pings() {
		var n notice
		if err := json.Unmarshal([]byte(r.body), &n); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func TestIndexNow_TellsOfPagesAtTheirLift_AndOfNothingElse(t *testing.T) {
	each(t, func(h *house) {
		h.hub.Stop(context.Background())
		h.reconnect()
		engine := newSubscriber(h.t)
		h.hub = h.start(func(_ *hub.Deps, s *hub.Settings) {
			s.IndexNow, s.IndexNowKey = engine.URL+"/indexnow", "0123456789abcdef"
		})
		never := h.schedule("Aldrig", time.Hour)
		r := h.schedule("Hemligt", time.Hour)
		h.change(`UPDATE releases SET state = 'withdrawn', changed_at = $1 WHERE id = $2`, h.now().UnixMilli(), never.ID)
		h.pass(time.Hour - time.Millisecond)
		h.hub.Wake()
		h.publish("Annat")
		h.pinged(engine, 1)
		h.pass(time.Millisecond)
		h.pinged(engine, 2)
		told := h.notices(engine)
		if want := []string{base + "/dalarna/annat"}; !slices.Equal(told[0].URLList, want) {
			h.t.Errorf("before the lift it is told of %v", told[0].URLList)
		}
		if want := []string{base + "/dalarna/" + r.Slug}; !slices.Equal(told[1].URLList, want) {
			h.t.Errorf("at the lift it is told of %v", told[1].URLList)
		}
		if n := told[1]; n.Host != "press.example" || n.Key != "0123456789abcdef" || n.KeyLocation != base+"/0123456789abcdef.txt" {
			h.t.Errorf("it is told %+v", n)
		}

		engine.will(always(http.StatusTooManyRequests))
		h.pass(time.Second)
		h.change(`UPDATE releases SET state = 'withdrawn', changed_at = $1 WHERE id = $2`, h.now().UnixMilli(), r.ID)
		h.pinged(engine, 3)
		h.eventually("the failure is written down", func() bool { return h.count(`SELECT COUNT(*) FROM hub_notices WHERE attempts = 1 AND lease = ''`) == 1 })
		engine.will(nil)
		h.pass(time.Minute)
		h.pinged(engine, 4)
		if told := h.notices(engine)[3].URLList; !slices.Equal(told, []string{base + "/dalarna/" + r.Slug}) {
			h.t.Errorf("of the withdrawal it is told %v", told)
		}
		h.eventually("all are told", func() bool { return h.count(`SELECT COUNT(*) FROM hub_notices WHERE state <> 'sent'`) == 0 })
	})
}
