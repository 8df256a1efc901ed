package subscribers

import (
	"strings"
	"testing"
	"time"
)

func TestConfirm_Twice_IsOneConfirmation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		token := w.ConfirmToken(w.ask(t, "a@example.com").Subscriber.ID)
		first := w.confirm(t, token)
		w.later(time.Hour)
		second := w.confirm(t, token)
		if second.State != StateConfirmed || !second.ConfirmedAt.Equal(first.ConfirmedAt) {
			t.Errorf("first %+v, second %+v", first, second)
		}
		wantActions(t, w, "subscriber.confirm")
	})
}

func TestConfirm_AfterLeaving_NeedsANewRequest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.ask(t, "a@example.com").Subscriber.ID
		old := w.ConfirmToken(id)
		w.confirm(t, old)
		w.later(time.Minute)
		w.leave(t, id)

		_, err := w.Confirm(t.Context(), stranger, old)
		wantError(t, err, ErrNotFound)
		if w.state(t, id) != StateUnsubscribed {
			t.Error("an old link subscribed somebody who had left")
		}

		w.later(time.Minute)
		w.ask(t, "a@example.com") // by whom, nobody knows
		_, err = w.Confirm(t.Context(), stranger, old)
		wantError(t, err, ErrNotFound)
		if sub := w.confirm(t, w.ConfirmToken(id)); sub.State != StateConfirmed {
			t.Errorf("the new link made %+v", sub)
		}
		wantActions(t, w, "subscriber.confirm", "subscriber.unsubscribe", "subscriber.confirm")
	})
}

func TestConfirm_LiftsTheirOwnRequestButNoBounce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		request, bounce := w.ask(t, "request@example.com").Subscriber, w.ask(t, "bounce@example.com").Subscriber
		w.suppress(t, request.Email, w.newsroom.ID, ReasonRequest)
		w.suppress(t, bounce.Email, w.newsroom.ID, ReasonBounce)
		if sub := w.confirm(t, w.ConfirmToken(request.ID)); sub.Suppressed != "" {
			t.Errorf("got %+v", sub)
		}
		if sub := w.confirm(t, w.ConfirmToken(bounce.ID)); sub.Suppressed != ReasonBounce {
			t.Errorf("got %+v", sub)
		}
		if n := w.count(t); n != 1 {
			t.Errorf("%d would be mailed", n)
		}
	})
}

func TestTokens_AreOnlyForWhatTheyWereMadeFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.ask(t, "a@example.com").Subscriber
		other, err := w.Ask(t.Context(), stranger, w.newNewsroom(t, "other"), Input{Email: "a@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		confirm, unsubscribe := w.ConfirmToken(sub.ID), w.UnsubscribeToken(sub.ID)
		foreign := New(w.db, w.Store.now, []byte("another secret"))
		bad := map[string]string{
			"empty":                 "",
			"no MAC":                sub.ID,
			"an empty MAC":          sub.ID + ".",
			"one letter changed":    otherLetter(confirm[:1]) + confirm[1:],
			"cut short":             confirm[:len(confirm)-1],
			"another's id":          strings.Replace(confirm, sub.ID, other.Subscriber.ID, 1),
			"another's unsubscribe": strings.Replace(unsubscribe, sub.ID, other.Subscriber.ID, 1),
			"another secret":        foreign.ConfirmToken(sub.ID),
			"a later time":          sub.ID + ".zzzzzzzz" + confirm[strings.LastIndexByte(confirm, '.'):],
		}
		for name, token := range bad {
			if _, err := w.ByConfirmToken(t.Context(), token); err == nil {
				t.Errorf("%s confirms", name)
			}
			if _, err := w.ByUnsubscribeToken(t.Context(), token); err == nil {
				t.Errorf("%s unsubscribes", name)
			}
		}
		_, err = w.Confirm(t.Context(), stranger, unsubscribe)
		wantError(t, err, ErrNotFound)
		_, err = w.Unsubscribe(t.Context(), stranger, confirm)
		wantError(t, err, ErrNotFound)
		for _, token := range []string{confirm, unsubscribe} {
			if strings.ContainsFunc(token, func(r rune) bool {
				return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", r)
			}) {
				t.Errorf("%s is no path segment", token)
			}
		}
		wantActions(t, w)
	})
}

// otherLetter is another one that an id may have.
func otherLetter(letter string) string {
	if letter == "b" {
		return "c"
	}
	return "b"
}

func TestConfirmToken_ExpiresAfterSevenDaysAndUnsubscribeNever(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.ask(t, "a@example.com").Subscriber.ID
		confirm, unsubscribe := w.ConfirmToken(id), w.UnsubscribeToken(id)
		w.later(7 * 24 * time.Hour)
		if _, err := w.ByConfirmToken(t.Context(), confirm); err != nil {
			t.Errorf("on the last instant: %v", err)
		}
		w.later(time.Millisecond)
		_, err := w.ByConfirmToken(t.Context(), confirm)
		wantError(t, err, ErrNotFound)
		w.later(20 * 365 * 24 * time.Hour)
		if _, err := w.ByUnsubscribeToken(t.Context(), unsubscribe); err != nil {
			t.Errorf("twenty years on: %v", err)
		}
	})
}

func TestLinks_Followed_ChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.ask(t, "a@example.com").Subscriber.ID
		if _, err := w.ByConfirmToken(t.Context(), w.ConfirmToken(id)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ByUnsubscribeToken(t.Context(), w.UnsubscribeToken(id)); err != nil {
			t.Fatal(err)
		}
		if w.state(t, id) != StatePending {
			t.Errorf("became %s", w.state(t, id))
		}
		wantActions(t, w)
	})
}

func TestUnsubscribe_Twice_IsNoErrorAndToldOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.confirmed(t, "a@example.com")
		for range 2 {
			if left := w.leave(t, sub.ID); left.State != StateUnsubscribed {
				t.Errorf("got %+v", left)
			}
			w.later(time.Minute)
		}
		if n := w.count(t); n != 0 {
			t.Errorf("%d would still be mailed", n)
		}
		wantActions(t, w, "subscriber.add", "subscriber.unsubscribe")
	})
}

func TestErasedSubscriber_LeavesNothingAndTheirLinksLeadNowhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := w.confirmed(t, "a@example.com", "vilt")
		w.suppress(t, sub.Email, w.newsroom.ID, ReasonComplaint)
		if err := w.Erase(t.Context(), officer, sub.ID); err != nil {
			t.Fatal(err)
		}
		wantError(t, w.Erase(t.Context(), officer, sub.ID), ErrNotFound)
		_, err := w.Subscriber(t.Context(), sub.ID)
		wantError(t, err, ErrNotFound)
		_, err = w.Unsubscribe(t.Context(), stranger, w.UnsubscribeToken(sub.ID))
		wantError(t, err, ErrNotFound)
		for _, table := range []string{"subscribers", "subscriber_topics", "suppressions"} {
			if rows := w.texts(t, `SELECT 'row' FROM `+table); len(rows) != 0 {
				t.Errorf("%s still has %d rows", table, len(rows))
			}
		}
		for _, detail := range w.texts(t, `SELECT subject || detail FROM history WHERE action LIKE 'subscriber.%'`) {
			if strings.Contains(detail, "example.com") {
				t.Errorf("the history names the person: %s", detail)
			}
		}
		wantActions(t, w, "subscriber.add", "subscriber.suppress", "subscriber.erase")
	})
}
