package mail_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"

	"dateline/jobs/mail"
)

func TestSigned_WhatCannotBeSigned_IsNotSentAndHoldsUpNothing(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	file, _ := keyPair(t, key)
	relay, server := pooled(t)
	sender, err := mail.Signed(relay, mail.DKIMKey{Domain: "example.se", Selector: "one", PEM: file})
	if err != nil {
		t.Fatal(err)
	}
	work := newList(message("1", "a@example.se", "x"), message("2", "b@example.se", "x"), message("3", "c@example.se", "x"))
	work.messages[1].Data = []byte("no header\r\n")
	if err := run(t, sender, work); err != nil {
		t.Fatal(err)
	}
	if o := work.outcomes["2"]; o.Class != mail.Temporary {
		t.Errorf("the message without a sender: %+v", o)
	}
	for _, m := range server.Messages() {
		if m.To == "b@example.se" || !strings.HasPrefix(string(m.Data), "DKIM-Signature:") {
			t.Errorf("sent to %s: %q", m.To, m.Data)
		}
	}
	if n := server.Count(); n != 2 {
		t.Errorf("%d messages were sent, want 2", n)
	}
}
