package subscribers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/releases/input"
	"dateline/server/database/dbtest"
)

func TestAdd_Confirmed_NeedsConsent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: "a@example.com", Confirmed: true, Consent: " \n"})
		wantFaults(t, err, "consent: fault.consent")
		sub, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: "a@example.com"})
		if err != nil || sub.State != StatePending || !sub.ConfirmedAt.IsZero() || sub.Language != "sv" || sub.Frequency != Immediate {
			t.Errorf("got %+v, %v", sub, err)
		}
		wantActions(t, w, "subscriber.add")
	})
}

func TestAdd_OfWhatIsThereOrMustNotBeMailed_IsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.confirmed(t, "kerstin@länsstyrelsen.se")
		_, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: "Kerstin@XN--LNSSTYRELSEN-GCB.se"})
		wantError(t, err, ErrConflict)
		w.suppress(t, "b@example.com", "", ReasonBounce)
		_, err = w.Add(t.Context(), officer, w.newsroom, Input{Email: "b@example.com"})
		wantFaults(t, err, "email: fault.suppressed_bounce")
		w.leave(t, w.confirmed(t, "c@example.com").ID)
		_, err = w.Add(t.Context(), officer, w.newsroom, Input{Email: "C@example.com", Consent: "by telephone", Confirmed: true})
		wantFaults(t, err, "email: fault.unsubscribed")
		if _, err := w.Add(t.Context(), officer, w.newNewsroom(t, "other"), Input{Email: "kerstin@länsstyrelsen.se"}); err != nil {
			t.Errorf("another newsroom can't have the same person: %v", err)
		}
	})
}

func TestAdd_OfANameWithItsAddress_TakesTheNameUnlessOneIsGiven(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, test := range []struct{ email, name, want string }{
		{"Anna Ek <a@example.com>", "", "Anna Ek"},
		{`"Ek, Anna" <b@example.com>`, " ", "Ek, Anna"},
		{"Anna Ek <c@example.com>", "A. Ek", "A. Ek"},
		{"d@example.com", "", ""},
	} {
		sub, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: test.email, Name: test.name})
		if err != nil || sub.Name != test.want || strings.ContainsAny(sub.Email, "<>") {
			t.Errorf("%s, %q: got %q <%s>, %v", test.email, test.name, sub.Name, sub.Email, err)
		}
	}
	_, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: strings.Repeat("å", maxName+1) + " <e@example.com>"})
	wantFaults(t, err, "name: fault.too_long")
}

func TestAdd_WithLongOrHostileText_IsRefusedOrMadeFit(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	_, err := w.Add(t.Context(), officer, w.newsroom, Input{
		Email: "a@example.com", Name: strings.Repeat("å", maxName+1), Outlet: strings.Repeat("x", maxOutlet+1), Consent: strings.Repeat("x", maxConsent+1)})
	wantFaults(t, err, "name: fault.too_long", "outlet: fault.too_long", "consent: fault.too_long")
	sub, err := w.Add(t.Context(), officer, w.newsroom, Input{Email: "a@example.com", Name: "An\x00na\r\n<b>", Outlet: strings.Repeat("å", maxOutlet)})
	if err != nil || sub.Name != "Anna <b>" {
		t.Errorf("got %q, %v", sub.Name, err)
	}
	none := Newsroom{ID: w.newsroom.ID, Language: "sv"}
	_, err = w.Add(t.Context(), officer, none, Input{Email: "b@example.com", Topics: []string{"", "vatten"}})
	wantFaults(t, err, "topics[1]: fault.no_topics")
}

func TestUpdate_ChangesOnlyWhatIsGiven(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.confirmed(t, "a@example.com", "vilt")
		w.later(time.Minute)
		name, topics := "Åsa", []string{"Vatten"}
		after, err := w.Update(t.Context(), officer, w.newsroom, sub.ID, Patch{Name: &name, Topics: &topics})
		if err != nil {
			t.Fatal(err)
		}
		if after.Name != "Åsa" || !slices.Equal(after.Topics, []string{"vatten"}) || after.Language != "sv" || after.Consent != sub.Consent ||
			!after.UpdatedAt.Equal(w.clock) || !after.CreatedAt.Equal(sub.CreatedAt) {
			t.Errorf("got %+v", after)
		}
		every := []string{}
		if after, err = w.Update(t.Context(), officer, w.newsroom, sub.ID, Patch{Topics: &every}); err != nil || len(after.Topics) != 0 || after.Name != "Åsa" {
			t.Errorf("got %+v, %v", after, err)
		}
		if _, err := w.Update(t.Context(), officer, w.newsroom, sub.ID, Patch{}); err != nil {
			t.Error(err)
		}
		wantActions(t, w, "subscriber.add", "subscriber.update", "subscriber.update")
		if detail := w.details(t)[1]; detail != `{"fields":["name","topics"]}` {
			t.Errorf("history tells %s", detail)
		}
	})
}

func TestUpdate_WithFaults_ChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.confirmed(t, "a@example.com")
		name, language, frequency, topics := "Åsa", "xx-nowhere", "weekly", []string{"Fotboll"}
		_, err := w.Update(t.Context(), officer, w.newsroom, sub.ID, Patch{Name: &name, Language: &language, Frequency: &frequency, Topics: &topics})
		wantFaults(t, err, "language: fault.language", "frequency: fault.frequency", "topics[0]: fault.unknown_topic")
		_, err = w.Update(t.Context(), officer, w.newNewsroom(t, "other"), sub.ID, Patch{Name: &name})
		wantError(t, err, ErrNotFound)
		if after, _ := w.Subscriber(t.Context(), sub.ID); after.Name != "" {
			t.Errorf("became %+v", after)
		}
	})
}

func TestList_PagesThroughEachOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 7 {
			w.confirmed(t, fmt.Sprintf("reader%d@example.com", i), "vilt", "miljo")
		}
		w.ask(t, "pending@example.com")
		seen := make(map[string]bool)
		pages := 0
		for after := ""; ; pages++ {
			items, next, err := w.List(t.Context(), ListFilter{NewsroomID: w.newsroom.ID, State: StateConfirmed, After: after, Limit: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, sub := range items {
				if seen[sub.ID] || !slices.Equal(sub.Topics, []string{"miljo", "vilt"}) {
					t.Errorf("got %+v", sub)
				}
				seen[sub.ID] = true
			}
			if after = next; after == "" {
				break
			}
		}
		if len(seen) != 7 || pages != 2 {
			t.Errorf("%d subscribers on %d further pages", len(seen), pages)
		}
	})
}

func TestList_SearchesAnyPartInAnyCase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, in := range []Input{
			{Email: "asa@länsstyrelsen.se", Name: "Åsa Öberg", Outlet: "Dala-Demokraten"},
			{Email: "under_score@example.com", Name: "100 % Bo"},
			{Email: "other@example.com"},
		} {
			if _, err := w.Add(t.Context(), officer, w.newsroom, in); err != nil {
				t.Fatal(err)
			}
		}
		for search, want := range map[string]int{
			"ÅSA ö": 1, "öberg": 1, "LÄNS": 1, "xn--lns": 1, "dala-d": 1, "example": 2, "%": 1, "r_s": 1, "_": 1, `\`: 0, "'": 0, "": 3, "asa\x00@l": 1, "asa\xff@l": 1,
		} {
			items, _, err := w.List(t.Context(), ListFilter{NewsroomID: w.newsroom.ID, Search: search})
			if err != nil || len(items) != want {
				t.Errorf("%q: found %d, want %d, %v", search, len(items), want, err)
			}
		}
	})
}

// Postgres takes neither for text.
func TestList_AskedWithBytesThatAreNoText_RefusesThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, bytes := range []string{"a\x00", "a\xff", "\xc0\x80"} {
			var faults input.Faults
			if _, _, err := w.List(t.Context(), ListFilter{NewsroomID: w.newsroom.ID, After: bytes}); !errors.As(err, &faults) || faults[0].Field != "cursor" {
				t.Errorf("after %q: %v", bytes, err)
			}
			if _, err := w.Subscriber(t.Context(), bytes); !errors.Is(err, ErrNotFound) {
				t.Errorf("the subscriber %q: %v", bytes, err)
			}
		}
	})
}

func TestSuppress_Again_KeepsTheGraverReason(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.confirmed(t, "a@example.com")
		for _, step := range []struct{ reason, want string }{
			{ReasonRequest, ReasonRequest}, {ReasonRequest, ReasonRequest}, {ReasonComplaint, ReasonComplaint},
			{ReasonRequest, ReasonComplaint}, {ReasonBounce, ReasonComplaint},
		} {
			w.suppress(t, sub.Email, w.newsroom.ID, step.reason)
			if after, err := w.Subscriber(t.Context(), sub.ID); err != nil || after.Suppressed != step.want {
				t.Errorf("%s: suppressed for %q, %v", step.reason, after.Suppressed, err)
			}
		}
		wantFaults(t, w.Suppress(t.Context(), officer, "nobody", "", ReasonBounce, ""), "email: fault.email")
		wantActions(t, w, "subscriber.add", "subscriber.suppress", "subscriber.suppress")
		if subjects := w.texts(t, `SELECT subject FROM history WHERE action LIKE 'subscriber.%'`); !slices.Equal(subjects, []string{sub.ID, sub.ID, sub.ID}) {
			t.Errorf("history is about %q", subjects)
		}
	})
}
