package mail

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/textproto"
	"slices"
	"strings"
)

// Signed is a sender whose messages are signed on their way with the keys of their From's domain, as
// DMARC's relaxed alignment has it (RFC 7489 section 3.1.1). A message of a domain without keys goes
// as it is; where there are none, so does the sender. Its error is a key that can't be used.
func Signed(sender Sender, keys ...DKIMKey) (Sender, error) {
	if len(keys) == 0 {
		return sender, nil
	}
	byDomain := map[string][]DKIMKey{}
	for _, k := range keys {
		byDomain[k.Domain] = append(byDomain[k.Domain], k)
	}
	s := &signingSender{Sender: sender, signers: map[string]*Signer{}}
	for domain, keys := range byDomain {
		signer, err := NewSigner(keys...)
		if err != nil {
			return nil, err
		}
		domain = signer.options[0].Domain
		s.signers[domain] = signer
		s.domains = append(s.domains, domain)
	}
	slices.Sort(s.domains)
	return s, nil
}

type signingSender struct {
	Sender
	signers map[string]*Signer
	domains []string // of signers, as A-labels
}

func (s *signingSender) Connect(ctx context.Context) (Conn, error) {
	c, err := s.Sender.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &signingConn{Conn: c, sender: s}, nil
}

type signingConn struct {
	Conn
	sender *signingSender
}

func (c *signingConn) Run(ctx context.Context, work Work) error {
	return c.Conn.Run(ctx, &signingWork{Work: work, sender: c.sender})
}

// signingWork signs each message as it is asked for, which is while the one before it is on the wire.
type signingWork struct {
	Work
	sender *signingSender
}

func (w *signingWork) Next(ctx context.Context) (*Message, bool) {
	for {
		m, ok := w.Work.Next(ctx)
		if !ok {
			return nil, false
		}
		err := w.sender.sign(m)
		if err == nil {
			return m, true
		}
		// Unsigned it would fail where its domain promises signatures, and only the desk can tell why.
		if w.Work.Mark(m).Wait() == nil {
			w.Work.Done(m, lost(Temporary, err))
		}
	}
}

func (s *signingSender) sign(m *Message) error {
	from, err := fromDomain(m.Data)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	signer := s.signers[signingDomain(from, s.domains)]
	if signer == nil {
		return nil
	}
	m.Data, err = signer.Sign(nil, m.Data)
	m.plain, m.dots = false, nil
	return err
}

// fromDomain reads what a reader is shown as the sender's domain.
func fromDomain(message []byte) (string, error) {
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(message))).ReadMIMEHeader()
	if err != nil {
		return "", err
	}
	_, domain, err := Envelope(header.Get("From"))
	return strings.ToLower(domain), err
}
