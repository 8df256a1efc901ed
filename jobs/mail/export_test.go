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

// RestFor shortens what a failed relay rests.
func (s *SMTP) RestFor(d time.Duration) {
	for _, r := range s.relays {
		r.rest = &rest{bounds: func(Outcome) (time.Duration, time.Duration) { return d, d }}
	}
}
