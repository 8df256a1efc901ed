package subscribers

import (
	"sync"
	"testing"
	"time"
)

func TestAsk_OfAStranger_IsPendingUntilConfirmed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		asked, err := w.Ask(t.Context(), stranger, w.newsroom, Input{
			Email: " Åsa@Länsstyrelsen.se ", Name: "Åsa Öberg", Topics: []string{"miljö", "vatten"}, Language: "en", Confirmed: true, Consent: "yes"})
		if err != nil {
			t.Fatal(err)
		}
		sub := asked.Subscriber
		if asked.Already || asked.Quiet || sub.State != StatePending || sub.Email != "Åsa@Länsstyrelsen.se" || sub.Language != "en" {
			t.Errorf("got %+v", asked)
		}
		if got := sub.Topics; len(got) != 2 || got[0] != "miljo" || got[1] != "vatten" {
			t.Errorf("topics %q", got)
		}
		if n := w.count(t, "vatten"); n != 0 {
			t.Errorf("%d would be mailed before anybody confirmed", n)
		}

		confirmed := w.confirm(t, w.ConfirmToken(sub.ID))
		if confirmed.State != StateConfirmed || !confirmed.ConfirmedAt.Equal(w.clock) || w.count(t, "vatten") != 1 {
			t.Errorf("got %+v", confirmed)
		}
		if from := w.texts(t, `SELECT consent_from FROM subscribers`); from[0] != stranger.From {
			t.Errorf("consent from %q", from)
		}
		wantActions(t, w, "subscriber.confirm")
	})
}

func TestAsk_OfAConfirmedOne_ChangesNothingTheyChose(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.confirmed(t, "a@example.com", "vilt")
		w.later(time.Hour)
		asked, err := w.Ask(t.Context(), stranger, w.newsroom, Input{Email: "A@EXAMPLE.com", Name: "Somebody else", Language: "en", Topics: []string{"vatten"}})
		if err != nil {
			t.Fatal(err)
		}
		if !asked.Already || asked.Quiet || asked.Subscriber.ID != sub.ID {
			t.Errorf("got %+v", asked)
		}
		after, err := w.Subscriber(t.Context(), sub.ID)
		if err != nil {
			t.Fatal(err)
		}
		if after.Name != "" || after.Language != "sv" || after.Topics[0] != "vilt" || !after.UpdatedAt.Equal(sub.UpdatedAt) {
			t.Errorf("became %+v", after)
		}
	})
}

func TestAsk_Again_TakesTheLastWishes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ask(t, "a@example.com")
		asked, err := w.Ask(t.Context(), stranger, w.newsroom, Input{Email: "a@example.com", Name: "Anna", Topics: []string{"vilt"}})
		if err != nil {
			t.Fatal(err)
		}
		sub := w.confirm(t, w.ConfirmToken(asked.Subscriber.ID))
		if sub.Name != "Anna" || len(sub.Topics) != 1 || w.count(t, "vatten") != 0 || w.count(t, "vilt") != 1 {
			t.Errorf("got %+v", sub)
		}
	})
}

func TestAsk_SendsAtMostThreeLettersInAnyDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.confirmed(t, "there@example.com")
		for _, email := range []string{"new@example.com", "there@example.com"} {
			for i, step := range []struct {
				wait  time.Duration
				quiet bool
			}{
				{0, false}, {23 * time.Hour, false}, {time.Minute, false}, {time.Minute, true},
				// The first letter is a day old, the next two are not.
				{58 * time.Minute, false}, {time.Minute, true}, {22*time.Hour + 59*time.Minute, false},
			} {
				w.later(step.wait)
				if asked := w.ask(t, email); asked.Quiet != step.quiet {
					t.Errorf("%s, request %d: quiet is %v", email, i, asked.Quiet)
				}
			}
			w.later(48 * time.Hour)
		}
	})
}

func TestAsk_ByManyAtOnce_MakesOneSubscriberAndThreeLetters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		var lock sync.Mutex
		letters := 0
		for range 12 {
			all.Go(func() {
				asked, err := w.Ask(t.Context(), stranger, w.newsroom, Input{Email: "a@example.com", Topics: []string{"vilt"}})
				if err != nil {
					t.Error(err)
				}
				lock.Lock()
				defer lock.Unlock()
				if !asked.Quiet {
					letters++
				}
			})
		}
		all.Wait()
		if ids := w.texts(t, `SELECT id FROM subscribers`); len(ids) != 1 || letters != 3 {
			t.Errorf("%d subscribers, %d letters", len(ids), letters)
		}
	})
}

func TestAsk_OfASuppressedAddress_IsQuietUnlessTheyAskedForIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			email, newsroom, reason string
			quiet                   bool
		}{
			{"bounce@example.com", w.newsroom.ID, ReasonBounce, true},
			{"complaint@example.com", "", ReasonComplaint, true},
			{"never@example.com", "", ReasonRequest, true},
			{"request@example.com", w.newsroom.ID, ReasonRequest, false},
			{"elsewhere@example.com", "another-newsroom", ReasonBounce, false},
		} {
			w.suppress(t, c.email, c.newsroom, c.reason)
			if asked := w.ask(t, c.email); asked.Quiet != c.quiet {
				t.Errorf("%s: quiet is %v", c.email, asked.Quiet)
			}
		}
	})
}

func TestAsk_WithFaults_NamesThemAll(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Ask(t.Context(), stranger, w.newsroom, Input{
			Email: "nobody", Language: "zz-notalanguage", Frequency: "daily", Topics: []string{"Vatten", "Fotboll"}})
		wantFaults(t, err, "email: fault.email", "language: fault.language", "frequency: fault.frequency", "topics[1]: fault.unknown_topic")
		_, err = w.Ask(t.Context(), stranger, w.newsroom, Input{Email: " "})
		wantFaults(t, err, "email: fault.required")
		_, err = w.Ask(t.Context(), stranger, w.newsroom, Input{Email: "a@example.com\r\nBcc: b@example.com"})
		wantFaults(t, err, "email: fault.email")
	})
}
