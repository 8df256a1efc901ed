package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/subscribers"
)

// A list comes sorted, as lists do: half of it is one provider's.
func TestAudience_ALargeDomain_IsSpreadThroughIt(t *testing.T) {
	each(t, func(h *house) {
		const people, large = 2000, 1000
		var list strings.Builder
		list.WriteString("email\n")
		for i := range people {
			domain := "large.example"
			if i >= large {
				domain = fmt.Sprintf("outlet%d.example", i)
			}
			fmt.Fprintf(&list, "reader%d@%s\n", i, domain)
		}
		store := subscribers.New(h.db, time.Now, []byte("a secret of the tests"))
		newsroom := subscribers.Newsroom{ID: h.newsroom.ID, Language: h.newsroom.Language}
		if _, err := store.Import(h.t.Context(), officer, newsroom, strings.NewReader(list.String()), "asked"); err != nil {
			h.t.Fatal(err)
		}
		r := h.scheduled(5 * time.Minute)
		h.engine()
		d := h.reach(r.ID, jobs.Staged, time.Minute)
		for run, batch := 0, 0; batch*500 < people; batch++ {
			of := 0
			for _, p := range h.deliveries(jobs.DeliveryFilter{DispatchID: d.ID, After: fmt.Sprint(batch*500 - 1)}) {
				if run++; !strings.HasSuffix(p.Email, "@large.example") {
					run = 0
					continue
				}
				if of++; run > 40 { // of 2,000 throws of a coin as many alike in a row come once in a billion
					h.t.Fatalf("%d of the domain in a row", run)
				}
			}
			if of < 150 || of > 350 { // nine standard deviations
				h.t.Errorf("batch %d has %d of the domain's %d; want about %d", batch, of, large, large/4)
			}
		}
	})
}
