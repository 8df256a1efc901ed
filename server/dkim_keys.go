package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/jobs/mail"
)

// The keys are files in the data directory, dkim/{domain}/{selector}.pem. An Ed25519 key is named
// after the RSA key that it stands beside.
const (
	dkimFolder   = "dkim"
	dkimEnding   = ".pem"
	ed25519Extra = "-ed25519"
)

// dkimDomain is where a domain's keys are kept.
type dkimDomain struct{ name, dir string }

func dkimDir(data, domain string) string { return filepath.Join(data, dkimFolder, domain) }

// dkimKey is a key and what DNS says of it.
type dkimKey struct {
	mail.DKIMKey
	record string // RFC 6376 section 3.6.1
}

func (k dkimKey) isEd25519() bool { return strings.Contains(k.record, "k=ed25519") }

func (k dkimKey) kind() string {
	if k.isEd25519() {
		return "Ed25519"
	}
	return "RSA"
}

// loadDKIM reads the keys of every domain.
func loadDKIM(data string) (keys []dkimKey, err error) {
	domains, err := os.ReadDir(filepath.Join(data, dkimFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the DKIM keys: %w", err)
	}
	for _, entry := range domains {
		d := dkimDomain{name: entry.Name(), dir: dkimDir(data, entry.Name())}
		found, err := d.load()
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

// load reads a domain's keys, in the order they sign: RSA first.
func (d dkimDomain) load() (keys []dkimKey, err error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the DKIM keys: %w", err)
	}
	for _, entry := range entries {
		selector, is := strings.CutSuffix(entry.Name(), dkimEnding)
		if !is {
			continue
		}
		file := filepath.Join(d.dir, entry.Name())
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read a DKIM key: %w", err)
		}
		record, err := dkimRecord(text)
		if err != nil {
			return nil, fmt.Errorf("the DKIM key %s can't be used: %w", file, err)
		}
		keys = append(keys, dkimKey{mail.DKIMKey{Domain: d.name, Selector: selector, PEM: text}, record})
	}
	slices.SortStableFunc(keys, func(a, b dkimKey) int {
		switch {
		case a.isEd25519() == b.isEd25519():
			return 0
		case a.isEd25519():
			return 1
		}
		return -1
	})
	return keys, nil
}

// make makes the keys of a selector that are not there yet.
func (d dkimDomain) make(selector string, alsoEd25519 bool) error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fmt.Errorf("keep a DKIM key: %w", err)
	}
	err := d.makeOne(selector, func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) })
	if err != nil || !alsoEd25519 {
		return err
	}
	return d.makeOne(selector+ed25519Extra, func() (crypto.Signer, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	})
}

func (d dkimDomain) makeOne(selector string, generate func() (crypto.Signer, error)) error {
	path := filepath.Join(d.dir, selector+dkimEnding)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	key, err := generate()
	if err != nil {
		return fmt.Errorf("make a DKIM key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("make a DKIM key: %w", err)
	}
	if err := keepNew(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return fmt.Errorf("keep a DKIM key: %w", err)
	}
	return nil
}

// dkimRecord is what DNS says of a private key.
func dkimRecord(text []byte) (string, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return "", errors.New("it is not a PEM file")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		public, err := x509.MarshalPKIXPublicKey(key.Public())
		return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(public), err
	case ed25519.PrivateKey: // RFC 8463 section 4: the bare key
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)), nil
	}
	return "", fmt.Errorf("%T can't sign mail", key)
}
