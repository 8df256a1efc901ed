package mail

import (
	"context"
	"net/url"
	"time"
)

// Relay is an SMTP server that takes our mail: smtp://user:pass@host:587?connections=10&rate=0&tls=starttls|none
// or smtps://.
type Relay struct {
	Host        string
	Port        int
	User, Pass  string
	TLS         string // "starttls" (required), "tls" (smtps) or "none"
	Connections int    // at most this many at once; 10
	Rate        int    // messages a second for all workers together; 0 is no limit
}

// ParseRelay reads a relay's address; the error says what is wrong with which part.
func ParseRelay(u *url.URL) (Relay, error) { panic("unwritten") }

// SMTP is the Sender for relays, tried in order.
type SMTP struct{ relays []Relay }

// NewSMTP opens nothing yet. hello is the name said in EHLO; timeout bounds every read and write.
func NewSMTP(relays []Relay, hello string, timeout time.Duration) *SMTP { panic("unwritten") }

// Connect dials the first relay that answers, with go-mail (TLS, AUTH).
func (s *SMTP) Connect(ctx context.Context) (Conn, error) { panic("unwritten") }

// Check dials and says QUIT.
func (s *SMTP) Check(ctx context.Context) error { panic("unwritten") }

// Close closes what is idle.
func (s *SMTP) Close() error { panic("unwritten") }
