package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"dateline/releases"
	"dateline/releases/vault"
	"dateline/server/config"
)

// loadSecrets are the keys for tokens and for what is sealed, the newest first: from the environment,
// or made once and kept, one on a line.
func loadSecrets(c config.Config) ([][]byte, error) {
	if len(c.Secrets) > 0 {
		return lines(c.Secrets), nil
	}
	path := secretPath(c)
	if err := makeSecret(path); err != nil {
		return nil, fmt.Errorf("keep the secret: %w", err)
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the secret: %w", err)
	}
	secrets := lines(strings.Fields(string(kept)))
	for _, secret := range secrets {
		if len(secret) < 32 {
			secrets = nil
		}
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("the secret in %s is damaged: restore it from a backup, since texts and mailed links depend on it", path)
	}
	return secrets, nil
}

func lines(secrets []string) [][]byte {
	list := make([][]byte, len(secrets))
	for i, secret := range secrets {
		list[i] = []byte(secret)
	}
	return list
}

// loadKeys opens what was sealed. A secret that is added to those kept while this runs is heard of.
func loadKeys(c config.Config) (*vault.Keys, error) {
	return vault.Load(func() ([][]byte, error) { return loadSecrets(c) })
}

func secretPath(c config.Config) string { return filepath.Join(c.Data, "secret") }

// makeSecret writes a new secret unless there is one.
func makeSecret(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return keepNew(path, []byte(newSecret()+"\n"))
}

func newSecret() string {
	made := make([]byte, 32)
	rand.Read(made)
	return hex.EncodeToString(made)
}

// checkKeys refuses to start with a secret that is not the one the releases were sealed under, as after
// a backup was restored without it: every page would be an error.
func (p *program) checkKeys(ctx context.Context) error {
	err := releases.CheckKeys(ctx, p.db, p.keys)
	if errors.Is(err, vault.ErrSealed) {
		return errors.New("the database holds releases that the secret does not open; set DATELINE_SECRET to the one they were written with, or put the file secret back into the data directory")
	}
	return err
}
