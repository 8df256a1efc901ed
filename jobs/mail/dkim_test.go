package mail_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"dateline/jobs/mail"

	"github.com/emersion/go-msgauth/dkim"
)

// keyPair is a private key as a file, and its record in DNS.
func keyPair(t testing.TB, key crypto.Signer) (file []byte, record string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	switch public := key.Public().(type) {
	case ed25519.PublicKey:
		return file, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	default:
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		return file, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
	}
}

// signer signs with an RSA key and an Ed25519 key, whose records in DNS it gives.
func signer(t testing.TB) (*mail.Signer, map[string]string) {
	t.Helper()
	first, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, second, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	firstFile, firstRecord := keyPair(t, first)
	secondFile, secondRecord := keyPair(t, second)
	s, err := mail.NewSigner(mail.DKIMKey{Domain: "älvsby.se", Selector: "one", PEM: firstFile}, mail.DKIMKey{Domain: "älvsby.se", Selector: "two", PEM: secondFile})
	if err != nil {
		t.Fatal(err)
	}
	return s, map[string]string{"one._domainkey.xn--lvsby-fra.se": firstRecord, "two._domainkey.xn--lvsby-fra.se": secondRecord}
}

func lookingIn(records map[string]string) *dkim.VerifyOptions {
	return &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return []string{records[name]}, nil }}
}

func TestSign_BothSignaturesVerifyAndCoverWhatRFC8058Wants(t *testing.T) {
	s, records := signer(t)
	raw, err := s.Sign(nil, render(t, harbour(), "sv", reader))
	if err != nil {
		t.Fatal(err)
	}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), lookingIn(records))
	if err != nil || len(found) != 2 {
		t.Fatalf("%d signatures, %v", len(found), err)
	}
	for _, v := range found {
		if v.Err != nil || v.Domain != "xn--lvsby-fra.se" {
			t.Errorf("%s: %v", v.Domain, v.Err)
		}
		signed := strings.ToLower(strings.Join(v.HeaderKeys, " "))
		for _, name := range []string{"from", "to", "subject", "date", "message-id", "mime-version", "content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post"} {
			if !strings.Contains(signed+" ", name+" ") {
				t.Errorf("%s is not signed: %s", name, signed)
			}
		}
	}
	for _, line := range strings.Split(string(raw), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestSign_AChangeOnTheWayIsSeen(t *testing.T) {
	s, records := signer(t)
	raw, err := s.Sign(nil, render(t, harbour(), "sv", reader))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{"miljoner", "miljarder"}, {"List-Unsubscribe: <https://press", "List-Unsubscribe: <https://evil"}, {"Content-Language:", "Subject: evil\r\nContent-Language:"}} {
		changed := bytes.Replace(raw, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, raw) {
			t.Fatalf("nothing to change at %q", change[0])
		}
		found, err := dkim.VerifyWithOptions(bytes.NewReader(changed), lookingIn(records))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			if v.Err == nil {
				t.Errorf("%q was not seen", change[1])
			}
		}
	}
}

func TestNewSigner_RefusesAKeyThatProvesNothing(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	file, _ := keyPair(t, short)
	for name, text := range map[string][]byte{"short": file, "no PEM": []byte("key"), "broken": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})} {
		if _, err := mail.NewSigner(mail.DKIMKey{Domain: "example.se", Selector: "one", PEM: text}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
