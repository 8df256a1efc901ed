package mail

import (
	"crypto/x509"
	"time"
)

// Trust makes the relays' certificates those of a test.
func (s *SMTP) Trust(authorities *x509.CertPool) {
	for _, r := range s.relays {
		r.authorities = authorities
	}
}

// Plain says whether the message's text need not be looked at on its way.
func (m *Message) Plain() bool { return m.plain }

// Wire is its text as DATA wants it.
func (m *Message) Wire() []byte { return appendData(nil, m) }

// RestFor shortens what a failed relay rests.
func (s *SMTP) RestFor(d time.Duration) {
	for _, r := range s.relays {
		r.rest = &rest{bounds: func(Outcome) (time.Duration, time.Duration) { return d, d }}
	}
}
