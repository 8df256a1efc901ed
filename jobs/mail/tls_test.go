package mail_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"dateline/jobs/mail"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// other is an SMTP server that is not of our making: with TLS, AUTH and, if told to, SMTPUTF8.
type other struct {
	mu    sync.Mutex
	taken []taken
}

type taken struct {
	user, from, to string
	utf8           bool
	data           []byte
}

type session struct {
	server *other
	taken  taken
}

func (o *other) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: o}, nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != "press" || pass != "secret" {
			return smtp.ErrAuthFailed
		}
		s.taken.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.taken.from, s.taken.utf8 = from, o.UTF8
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.taken.to = to; return nil }

func (s *session) Data(r io.Reader) (err error) {
	if s.taken.data, err = io.ReadAll(r); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.taken = append(s.server.taken, s.taken)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// startOther runs such a server: encrypted from the first byte, with STARTTLS, or (config nil) neither.
func startOther(t *testing.T, config *tls.Config, implicit bool, change func(*smtp.Server)) (*other, string) {
	t.Helper()
	backend := &other{}
	server := smtp.NewServer(backend)
	server.Domain, server.ErrorLog = "other", log.New(io.Discard, "", 0)
	if change != nil {
		change(server)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if server.TLSConfig = config; implicit {
		listener = tls.NewListener(listener, config)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return backend, address
}

// certificate is a server's, and who vouches for it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestSMTP_SendsEncryptedAndSignedIn(t *testing.T) {
	config, authorities := certificate(t)
	for _, implicit := range []bool{false, true} {
		server, address := startOther(t, config, implicit, nil)
		scheme := map[bool]string{false: "smtp", true: "smtps"}[implicit]
		sender := relays(t, 5*time.Second, scheme+"://press:secret@"+address)
		sender.Trust(authorities)
		work := newList()
		for range 3 {
			m := message("1", "a@example.se", "x")
			m.Data = append(m.Data, bytes.Repeat([]byte(".long\r\n"), 20_000)...)
			work = newList(m, message("2", "b@example.se", "x"))
			if err := run(t, sender, work); err != nil {
				t.Fatal(err)
			}
		}
		if len(server.taken) != 6 || work.outcomes["2"].Class != mail.Sent {
			t.Fatalf("implicit %v: %d messages, %+v", implicit, len(server.taken), work.outcomes)
		}
		if got := server.taken[0]; got.user != "press" || !bytes.Equal(got.data, func() []byte {
			m := message("1", "a@example.se", "x")
			return append(m.Data, bytes.Repeat([]byte(".long\r\n"), 20_000)...)
		}()) {
			t.Errorf("implicit %v: user %q, %d bytes", implicit, got.user, len(got.data))
		}
	}
}

func TestSMTP_NeverSendsInTheClearUnlessToldTo(t *testing.T) {
	server, address := startOther(t, nil, false, func(s *smtp.Server) { s.AllowInsecureAuth = true })
	for _, relay := range []string{"smtp://" + address, "smtp://press:secret@" + address, "smtps://" + address} {
		var failure *mail.Failure
		_, err := relays(t, 5*time.Second, relay).Connect(t.Context())
		if !errors.As(err, &failure) || failure.Class != mail.Barred && relay[:5] != "smtps" {
			t.Errorf("%s: %v", relay, err)
		}
	}
	if err := run(t, relays(t, 5*time.Second, "smtp://"+address+"?tls=none"), three()); err != nil || len(server.taken) != 3 {
		t.Errorf("told to: %v, %d messages", err, len(server.taken))
	}
}

func TestSMTP_RefusesAStrangersCertificateAndTellsAWrongPassword(t *testing.T) {
	config, authorities := certificate(t)
	_, address := startOther(t, config, false, nil)
	var failure *mail.Failure
	if _, err := relays(t, 5*time.Second, "smtp://"+address).Connect(t.Context()); !errors.As(err, &failure) || failure.Class != mail.Barred {
		t.Errorf("an unknown certificate: %v", err)
	}
	sender := relays(t, 5*time.Second, "smtp://press:wrong@"+address)
	sender.Trust(authorities)
	if _, err := sender.Connect(t.Context()); !errors.As(err, &failure) || failure.Class != mail.Barred || failure.Code != 535 {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestSMTP_AnAddressBeyondASCIIGoesOnlyWhereItIsUnderstood(t *testing.T) {
	m := message("1", "kerstin.åström@länsstyrelsen.se", "x")
	server, address := startOther(t, nil, false, func(s *smtp.Server) { s.EnableSMTPUTF8 = true })
	work := newList(m, message("2", "b@example.se", "x"))
	if err := run(t, relays(t, 5*time.Second, "smtp://"+address+"?tls=none"), work); err != nil {
		t.Fatal(err)
	}
	if got := server.taken[0]; got.to != "kerstin.åström@xn--lnsstyrelsen-gcb.se" || !got.utf8 || server.taken[1].utf8 {
		t.Errorf("%+v", server.taken)
	}

	server, address = startOther(t, nil, false, nil)
	work = newList(m, message("2", "b@example.se", "x"))
	if err := run(t, relays(t, 5*time.Second, "smtp://"+address+"?tls=none"), work); err != nil {
		t.Fatal(err)
	}
	if o := work.outcomes["1"]; o.Class != mail.Permanent || o.Enhanced != "5.6.7" || len(server.taken) != 1 {
		t.Errorf("%+v, %d messages", o, len(server.taken))
	}
}

func TestSMTP_AConnectionIsRenewedAfterALongLife(t *testing.T) {
	sender, server := pooled(t)
	conn, err := sender.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 5 {
		work := newList()
		for range 500 {
			work.messages = append(work.messages, message("1", "a@example.se", "x"))
		}
		if err := conn.Run(t.Context(), work); err != nil {
			t.Fatal(err)
		}
	}
	if server.Count() != 2500 || server.Connections() != 2 {
		t.Errorf("%d messages over %d connections", server.Count(), server.Connections())
	}
}
