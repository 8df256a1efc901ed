package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"

	"dateline/jobs/hub"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/vault"
	"dateline/server/config"
)

// rotateKey makes a new secret where it is kept in the data directory, and brings everything that is
// sealed under the newest one. A server may be running: it reads the secrets again when it meets the
// new one. Killed at any point it is simply run again, and then makes no further secret.
func rotateKey(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	return withDatabase(ctx, c, func(db *sql.DB) error {
		keys, err := loadKeys(settings)
		if err != nil {
			return err
		}
		done, err := reseal(ctx, db, keys)
		if err != nil {
			return err
		}
		if done == 0 && len(settings.Secrets) == 0 {
			if err := addSecret(secretPath(settings)); err != nil {
				return fmt.Errorf("keep the new secret: %w", err)
			}
			fmt.Fprintf(c.stdout, "%s has a new secret, before those that were there\n", secretPath(settings))
			if keys, err = loadKeys(settings); err != nil {
				return err
			}
			if done, err = reseal(ctx, db, keys); err != nil {
				return err
			}
		} else if len(settings.Secrets) == 0 {
			fmt.Fprintln(c.stdout, "an earlier rotation had not ended, so no new secret was made")
		}
		fmt.Fprintf(c.stdout, "%d texts were sealed anew; all are under the newest secret\n", done)
		return nil
	})
}

// reseal goes through every table that holds what is sealed.
func reseal(ctx context.Context, db *sql.DB, keys *vault.Keys) (done int, err error) {
	for _, table := range []func(context.Context, *sql.DB, *vault.Keys) (int, error){releases.Reseal, mail.Reseal, hub.Reseal} {
		n, err := table(ctx, db, keys)
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// addSecret puts a new secret before those in a file, which is replaced whole or not at all. The old
// ones stay: links in mail that has gone out, and backups, depend on them.
func addSecret(path string) error {
	kept, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	next := path + ".next"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := fmt.Fprintf(file, "%s\n%s", newSecret(), kept); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return os.Rename(next, path)
}
