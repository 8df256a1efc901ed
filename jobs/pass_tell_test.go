package jobs_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
)

const holder = "pia@example.com"

// held is the text and subject of the holder's last letter, of which there must be so many by now.
func (h *house) held(letters int) string {
	h.t.Helper()
	got := len(h.relay.received()[holder])
	if got != letters {
		h.t.Fatalf("the holder got %d letters; want %d", got, letters)
	}
	if got == 0 {
		return ""
	}
	header, text, _, err := mail.Parts([]byte(h.relay.lastTo(holder)))
	if err != nil {
		h.t.Fatal(err)
	}
	return header + "\n" + strings.ReplaceAll(text, "\r\n", "\n")
}

func (h *house) give(r releases.Release) releases.Pass {
	h.t.Helper()
	pass, err := h.passes.Give(h.t.Context(), officer, r.ID, releases.PassInput{Name: "Pia Lund", Outlet: "Falu Kuriren", Email: holder})
	if err != nil {
		h.t.Fatal(err)
	}
	return pass
}

func TestPass_IsMailed_AndItsHolderToldOfEachChangeOnce_WhoeverLooks(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(24 * time.Hour)
		for range 2 {
			h.engine(func(d *jobs.Deps, s *jobs.Settings) { d.DB, s.Alone = h.open(), false })
		}
		h.give(r)
		time.Sleep(20 * time.Second)
		letter := h.held(1)
		link := regexp.MustCompile(`https://news\.example\.org/pass/([A-Za-z0-9_-]{22})`).FindStringSubmatch(letter)
		if link == nil || strings.Contains(letter, "Öppet hus") {
			h.t.Fatalf("the letter has no link, or the headline:\n%s", letter)
		}
		h.wantIn(letter, "Pia Lund, Falu Kuriren", "Embargot gäller till")
		if _, err := h.passes.Open(h.t.Context(), link[1]); err != nil {
			h.t.Errorf("its link opens nothing: %v", err)
		}
		var data string
		if err := h.db.QueryRow(`SELECT data FROM letters WHERE kind = 'pass_given'`).Scan(&data); err != nil || strings.Contains(data, link[1]) {
			h.t.Errorf("the stored letter tells its token: %s, %v", data, err)
		}
		h.move(r.ID, 48*time.Hour)
		time.Sleep(20 * time.Second)
		h.wantIn(h.held(2), "Ny tid", link[0])
		if _, err := h.desk.BreakEmbargo(h.t.Context(), officer, r.ID, "Stod på en webbplats"); err != nil {
			h.t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		broken := h.held(3)
		h.wantIn(broken, "Embargot har brutits", link[0])
		if strings.Contains(broken, "webbplats") {
			h.t.Error("the holders are told the reason, which is the office's")
		}
		if d := h.dispatch(r.ID); d.StartedAt.IsZero() {
			h.t.Errorf("the mailing is %s", d.State)
		}
	})
}

func TestPass_OfACanceledRelease_SaysWhichByItsEmbargo(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(24 * time.Hour)
		h.engine()
		h.give(r)
		time.Sleep(20 * time.Second)
		until := regexp.MustCompile(`Embargot gäller till ([^.]+)\. L`).FindStringSubmatch(h.held(1))
		h.withdraw(r.ID, false)
		time.Sleep(20 * time.Second)
		h.wantIn(h.held(2), "publiceras inte", "med embargo till "+until[1])
	})
}

func TestPass_RevokedBeforeItsLetterGoes_IsNotMailed(t *testing.T) {
	each(t, func(h *house) {
		r := h.scheduled(time.Hour)
		pass := h.give(r)
		if err := h.passes.Revoke(h.t.Context(), officer, r.ID, pass.ID); err != nil {
			h.t.Fatal(err)
		}
		e := h.engine()
		time.Sleep(20 * time.Second)
		h.held(0)
		e.Stop(context.Background())
		var state, reason string
		if err := h.db.QueryRow(`SELECT state, reason FROM letters`).Scan(&state, &reason); err != nil || state != jobs.Failed || reason != "revoked" {
			h.t.Errorf("the letter is %s: %s, %v", state, reason, err)
		}
	})
}
