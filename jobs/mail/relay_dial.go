package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// dial opens a connection and takes it through greeting, EHLO, TLS and AUTH. Its error is a *Failure.
func (r *relay) dial(ctx context.Context) (*conn, error) {
	var raw net.Conn
	stop := func() bool { return true }
	connect := func(dialing context.Context, network, address string) (net.Conn, error) {
		var err error
		if raw, err = new(net.Dialer).DialContext(dialing, network, address); err != nil {
			return nil, err
		}
		// go-mail looks at a context only while it dials, and leaves the connection open when it fails.
		stop = context.AfterFunc(ctx, func() { raw.Close() })
		if r.TLS != "tls" {
			return raw, nil
		}
		encrypted := tls.Client(raw, r.tlsConfig())
		return encrypted, encrypted.HandshakeContext(dialing)
	}
	client, err := r.handshake(ctx, connect)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		if raw != nil {
			raw.Close()
		}
		return nil, r.failure(err)
	}
	return &conn{relay: r, client: client, raw: raw, timeout: r.timeout, limits: limitsOf(client), born: time.Now()}, nil
}

// handshake lets go-mail do all that comes before the first message.
func (r *relay) handshake(ctx context.Context, connect gomail.DialContextFunc) (*smtp.Client, error) {
	policy := gomail.NoTLS
	if r.TLS == "starttls" {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(r.Port), gomail.WithHELO(r.hello), gomail.WithTimeout(r.timeout),
		gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(r.tlsConfig()), gomail.WithDialContextFunc(connect),
	}
	if r.User != "" {
		options = append(options, gomail.WithUsername(r.User), gomail.WithPassword(r.Pass), gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	client, err := gomail.NewClient(r.Host, options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

func (r *relay) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: r.Host, RootCAs: r.authorities, MinVersion: tls.VersionTLS12}
}

// failure says what a failed dial means. A relay that answers and refuses us, by a code, a certificate
// or a missing extension, is a matter for an officer; all else passes.
func (r *relay) failure(err error) error {
	o := Outcome{Class: Barred, Text: fmt.Sprintf("%s: %v", r.Address(), err)}
	var refused *textproto.Error
	var network net.Error
	switch {
	case errors.As(err, &refused):
		o.Code = refused.Code
		o.Enhanced, o.Text = cutEnhanced(refused.Code, "", refused.Msg)
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		o.Class = Temporary
	}
	return &Failure{o}
}
