package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
)

// accepted gives a pass to somebody, who accepts its terms.
func (h *house) accepted(r releases.Release, email string) releases.Pass {
	h.t.Helper()
	pass, err := h.passes.Give(h.t.Context(), officer, r.ID, releases.PassInput{Name: "Pia Lund", Outlet: "Falu Kuriren", Email: email})
	if err != nil {
		h.t.Fatal(err)
	}
	h.accept(pass)
	return pass
}

func (h *house) accept(pass releases.Pass) {
	h.t.Helper()
	letter, err := h.passes.Letter(h.t.Context(), pass.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	opened, err := h.passes.Open(h.t.Context(), letter.Token)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.passes.Accept(h.t.Context(), opened, "192.0.2.1"); err != nil {
		h.t.Fatal(err)
	}
}

// advance mails the advance copy, and says to how many.
func (h *house) advance(id string) int {
	h.t.Helper()
	d, err := h.ledger.SendAdvance(h.t.Context(), officer, id)
	if errors.Is(err, jobs.ErrConflict) {
		return 0
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return d.Audience
}

// copies counts the advance copies in somebody's mailbox: what is there besides letters.
func (h *house) copies(email string) (n int) {
	for _, id := range h.relay.received()[email] {
		if !strings.Contains(id, ".letter@") {
			n++
		}
	}
	return n
}

func TestAdvanceCopy_GoesOnceToEachWhoAccepted_WithTheEmbargoFirst(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3)
		r := h.scheduled(24 * time.Hour)
		h.accepted(r, "eva@example.com")
		waiting := h.give(r) // who accepts later
		if _, err := h.passes.Give(h.t.Context(), officer, r.ID, releases.PassInput{Name: "Ulf", Outlet: "SR", Email: "ulf@example.com"}); err != nil {
			h.t.Fatal(err)
		}
		h.engine()
		time.Sleep(time.Minute) // the letters with the passes go first
		if n := h.advance(r.ID); n != 1 {
			h.t.Fatalf("%d get a copy; one has accepted", n)
		}
		time.Sleep(time.Minute)
		header, text, html, err := mail.Parts([]byte(h.relay.lastTo("eva@example.com")))
		if err != nil {
			h.t.Fatal(err)
		}
		letter, err := h.passes.Letter(h.t.Context(), h.passOf(r, "eva@example.com").ID)
		if err != nil {
			h.t.Fatal(err)
		}
		h.wantIn(header, "Subject: EMBARGO till ", "Öppet hus på torsdag")
		if first, _, _ := strings.Cut(text, "\r\n"); !strings.HasPrefix(first, "EMBARGO till ") || !strings.HasSuffix(first, "UTC)") {
			h.t.Errorf("the first line is %q", first)
		}
		for _, part := range []string{text, html} {
			h.wantIn(part, "Alla är välkomna.", "Brödtext.", "https://news.example.org/pass/"+letter.Token)
		}
		if all := header + text + html; strings.Contains(all, "List-") || strings.Contains(all, "unsubscribe") || strings.Contains(all, r.Slug) {
			h.t.Errorf("it is like a list's, or tells the address to come:\n%s", all)
		}

		if n := h.advance(r.ID); n != 0 {
			h.t.Errorf("asked again, %d get it twice", n)
		}
		h.accept(waiting)
		if n := h.advance(r.ID); n != 1 {
			h.t.Errorf("asked when one more has accepted: %d", n)
		}
		time.Sleep(time.Minute)
		for email, want := range map[string]int{"eva@example.com": 1, holder: 1, "ulf@example.com": 0, "reader1@example.net": 0} {
			if got := h.copies(email); got != want {
				h.t.Errorf("%s got %d copies; want %d", email, got, want)
			}
		}
	})
}

func TestAdvanceCopy_OfANewVersion_GoesAgain_AndTheLiftMailsItsOwnAudience(t *testing.T) {
	each(t, func(h *house) {
		h.subscribe(3)
		r := h.scheduled(4 * time.Minute)
		h.accepted(r, holder)
		h.engine()
		h.advance(r.ID)
		text := r.Text
		text.Headline = "Öppet hus på fredag"
		saved, err := h.desk.Edit(h.t.Context(), officer, r.ID, r.Version, releases.Draft{Text: text})
		if err != nil {
			h.t.Fatal(err)
		}
		if n := h.advance(r.ID); n != 0 {
			h.t.Errorf("a text that isn't approved goes to %d", n)
		}
		if _, err := h.desk.Approve(h.t.Context(), officer, r.ID, saved.Version, ""); err != nil {
			h.t.Fatal(err)
		}
		if n := h.advance(r.ID); n != 1 {
			h.t.Errorf("the new version goes to %d", n)
		}
		time.Sleep(time.Minute)
		if got := h.copies(holder); got != 2 {
			h.t.Errorf("%d copies of two versions", got)
		}
		if d := h.ofKind(r.ID, jobs.OfRelease, 90*time.Minute); d.Audience != 3 || d.Sent != 3 {
			h.t.Errorf("at the lift: %+v", d)
		}
		if n := h.advance(r.ID); n != 0 {
			h.t.Errorf("after the lift %d get an advance copy", n)
		}
	})
}

func TestAdvanceCopy_OfAPassRevokedOrALiftComeMeanwhile_IsNotMailed(t *testing.T) {
	each(t, func(h *house) {
		revoked, lifted := h.scheduled(24*time.Hour), h.scheduled(10*time.Minute)
		pass := h.accepted(revoked, "a@example.com")
		h.accepted(lifted, "b@example.com")
		h.advance(revoked.ID)
		h.advance(lifted.ID)
		if err := h.passes.Revoke(h.t.Context(), officer, revoked.ID, pass.ID); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(time.Hour) // nobody works
		e := h.engine()
		time.Sleep(time.Minute)
		e.Stop(context.Background())
		for id, reason := range map[string]string{revoked.ID: "revoked", lifted.ID: "lifted"} {
			d := h.ofKind(id, jobs.OfAdvance, 0)
			var why string
			if err := h.db.QueryRow(`SELECT reason FROM deliveries WHERE dispatch_id = $1`, d.ID).Scan(&why); err != nil || d.Excluded != 1 || why != reason {
				h.t.Errorf("excluded %d since %q, %v; want %s", d.Excluded, why, err, reason)
			}
		}
		if h.copies("a@example.com")+h.copies("b@example.com") > 0 {
			h.t.Error("it was mailed all the same")
		}
	})
}

// A lift that is cleared keeps the copy back; once it is set again, it may be sent after all.
func TestAdvanceCopy_WhoseLiftIsCleared_IsKeptBack_AndMayBeSentOnceItIsSetAgain(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(24 * time.Hour)
		h.accepted(r, holder)
		h.advance(r.ID)
		if _, err := h.desk.Unschedule(h.t.Context(), officer, r.ID); err != nil {
			h.t.Fatal(err)
		}
		h.engine()
		time.Sleep(time.Minute)
		var why string
		err := h.db.QueryRow(`SELECT reason FROM deliveries WHERE dispatch_id = $1`, h.ofKind(r.ID, jobs.OfAdvance, 0).ID).Scan(&why)
		if err != nil || why != "cleared" || h.copies(holder) != 0 {
			h.t.Errorf("kept back since %q, %v; %d copies", why, err, h.copies(holder))
		}
		h.move(r.ID, 24*time.Hour)
		if n := h.advance(r.ID); n != 1 {
			h.t.Errorf("with a lift again, %d get it", n)
		}
		time.Sleep(time.Minute)
		if n := h.copies(holder); n != 1 {
			h.t.Errorf("%d copies", n)
		}
	})
}

func TestAdvanceCopy_InDoubtWhenItsLiftIsCleared_MayBeSentOnceItIsSetAgain(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(24 * time.Hour)
		h.accepted(r, holder)
		h.relay.pace = time.Hour
		e := h.engine()
		h.advance(r.ID)
		time.Sleep(time.Minute)
		h.cutOff(e)
		if _, err := h.desk.Unschedule(h.t.Context(), officer, r.ID); err != nil {
			h.t.Fatal(err)
		}
		h.relay.set(func(r *relay) { r.pace = 0 })
		h.engine()
		time.Sleep(time.Minute)
		h.move(r.ID, 24*time.Hour)
		if n := h.advance(r.ID); n != 1 {
			h.t.Errorf("with a lift again, %d get it", n)
		}
		time.Sleep(time.Minute)
		if n := h.copies(holder); n != 1 {
			h.t.Errorf("%d copies", n)
		}
	})
}

// What two press at once goes out once.
func TestAdvanceCopy_AskedForByTwoAtOnce_GoesOnce(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(24 * time.Hour)
		h.accepted(r, holder)
		got := make(chan int)
		for range 2 {
			go func() { got <- h.advance(r.ID) }()
		}
		if n := <-got + <-got; n != 1 {
			h.t.Errorf("%d get it", n)
		}
	})
}

// passOf finds somebody's pass.
func (h *house) passOf(r releases.Release, email string) releases.Pass {
	h.t.Helper()
	list, err := h.passes.Of(h.t.Context(), r.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, pass := range list {
		if pass.Email == email {
			return pass
		}
	}
	h.t.Fatalf("%s has no pass", email)
	return releases.Pass{}
}
