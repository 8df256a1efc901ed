package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"
)

// DKIMKey is one key of a sending domain. Its public half stands in DNS at
// <Selector>._domainkey.<Domain>.
type DKIMKey struct {
	Domain, Selector string
	PEM              []byte // PKCS #8, RSA of 2048 bits or more, or Ed25519
}

// Signer signs messages (RFC 6376), once with each of its keys.
type Signer struct{ options []*dkim.SignOptions }

// NewSigner reads the keys. A large receiver checks RSA only, so an Ed25519 key (RFC 8463) comes second.
func NewSigner(keys ...DKIMKey) (*Signer, error) {
	s := &Signer{}
	for _, k := range keys {
		key, err := parseKey(k.PEM)
		if err != nil {
			return nil, fmt.Errorf("DKIM key %s of %s: %w", k.Selector, k.Domain, err)
		}
		domain, err := asciiDomain("x@" + k.Domain)
		if err != nil {
			return nil, fmt.Errorf("DKIM key %s: %w", k.Selector, err)
		}
		s.options = append(s.options, &dkim.SignOptions{
			Domain: domain[2:], Selector: k.Selector, Signer: key,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed,
			BodyCanonicalization:   dkim.CanonicalizationRelaxed,
			HeaderKeys:             signedFields(),
		})
	}
	return s, nil
}

// signedFields are those that a signature covers. RFC 8058 section 4 wants both List-Unsubscribe fields
// among them. What a reader sees is named once more than it occurs, so that a second one can't be put
// above it (RFC 6376 section 8.15).
func signedFields() []string {
	return []string{
		"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
		"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
		"From", "To", "Subject", "Date",
	}
}

// Sign appends message to buf, behind its signatures.
func (s *Signer) Sign(buf, message []byte) ([]byte, error) {
	for _, o := range s.options {
		signer, err := dkim.NewSigner(o)
		if err != nil {
			return nil, fmt.Errorf("sign as %s: %w", o.Domain, err)
		}
		_, err = bytes.NewReader(message).WriteTo(signer)
		if err = errors.Join(err, signer.Close()); err != nil {
			return nil, fmt.Errorf("sign as %s: %w", o.Domain, err)
		}
		buf = append(buf, signer.Signature()...)
	}
	return append(buf, message...), nil
}

func parseKey(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("not a PEM file")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() < 2048 {
			return nil, fmt.Errorf("an RSA key of %d bits is too short", key.N.BitLen())
		}
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, fmt.Errorf("%T can't sign mail", key)
}
