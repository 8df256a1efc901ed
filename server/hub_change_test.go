package main

import (
	"strings"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
)

// Whoever has a release by the hub must have its correction and its withdrawal by it too, and nothing of
// what was taken back.
func TestHub_ACorrectionAndAWithdrawal_ArePushedAsAGetGivesThem(t *testing.T) {
	p := serveInside(t, nil)
	made := p.scheduled(t, time.Now().Add(time.Hour))
	subscriber := newListener(t)
	targets := map[string]string{"/atom": "/dalarna/feed.atom", "/rss": "/dalarna/topics/natur/feed.rss", "/json": "/feed.json?language=sv"}
	for path, target := range targets {
		p.subscribes(t, target, subscriber.URL+path)
	}
	p.hasSubscriptions(t, len(targets))

	pushed := func(what string, has, lacks []string) {
		t.Helper()
		began := time.Now()
		eventually(t, what+" is pushed", func() bool {
			for path := range targets {
				if !strings.Contains(subscriber.got()[path].body, has[0]) {
					return false
				}
			}
			return true
		})
		for path, ping := range subscriber.got() {
			t.Logf("%s: %s after %v", what, path, ping.at.Sub(began).Round(time.Millisecond))
			p.isWhatAGetGives(t, targets[path], ping)
			for _, text := range has {
				if !strings.Contains(ping.body, text) {
					t.Errorf("%s: %s lacks %q:\n%s", what, path, text, ping.body)
				}
			}
			for _, text := range lacks {
				if strings.Contains(ping.body, text) {
					t.Errorf("%s: %s has %q:\n%s", what, path, text, ping.body)
				}
			}
		}
	}
	r, err := p.desk.Publish(t.Context(), history.System, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	pushed("the release", []string{"Det hemliga beskedet", "Brödtext."}, nil)

	text := r.Text
	text.Body = "Rättad brödtext."
	if _, err := p.desk.Correct(t.Context(), history.System, r.ID, r.Version, releases.CorrectionInput{Text: text, Note: "Texten var inte hel."}, true); err != nil {
		t.Fatal(err)
	}
	pushed("the correction", []string{"Texten var inte hel.", "Rättad brödtext.", made.ID}, nil)

	if _, err := p.desk.Withdraw(t.Context(), history.System, r.ID, releases.WithdrawInput{Reason: "Det gick av misstag.", InError: true}); err != nil {
		t.Fatal(err)
	}
	pushed("the withdrawal", []string{"Det gick av misstag.", made.ID}, []string{"hemliga", "brödtext", "Texten var inte hel.", made.Slug})
}
