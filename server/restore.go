package main

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/releases/history"
	"dateline/server/config"
	"dateline/server/database"
)

// restore fills an empty installation from a backup. What came after the backup is not known, so no
// mail that may have gone out since goes out again by itself: see holdMail.
func restore(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	var path string
	if err := parse(flags, args, &path); err != nil {
		return err
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s can't be read as a backup: %w", path, cause(err))
	}
	defer archive.Close()
	if err := writable(settings.Data); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(settings.Data, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	return withDatabase(ctx, c, func(db *sql.DB) error {
		about, rows, err := readBackup(ctx, db, &archive.Reader, settings.Data)
		if err != nil {
			return fmt.Errorf("restore %s: %w", path, err)
		}
		fmt.Fprintf(c.stdout, "restored %d rows as of %s\n", rows, about.At.Format(time.RFC3339))
		fmt.Fprintln(c.stdout, "Mail that was going out then, or whose lift has passed since, is held: release it on the desk if it never went out.")
		return nil
	})
}

func readBackup(ctx context.Context, db *sql.DB, archive *zip.Reader, data string) (about backupAbout, rows int, err error) {
	if about, err = readAbout(ctx, db, archive); err != nil {
		return about, 0, err
	}
	if err := wantEmpty(ctx, db, data); err != nil {
		return about, 0, err
	}
	// The files first: with them and no rows the installation is still empty, and can be tried again.
	if err := readData(archive, data); err != nil {
		return about, 0, err
	}
	rows, err = readTables(ctx, db, archive, about)
	return about, rows, err
}

func readAbout(ctx context.Context, db *sql.DB, archive *zip.Reader) (about backupAbout, err error) {
	file, err := archive.Open(aboutEntry)
	if err != nil {
		return about, errors.New("it is not a backup that Dateline made")
	}
	defer file.Close()
	if err := json.NewDecoder(file).Decode(&about); err != nil {
		return about, errors.New("it is not a backup that Dateline made")
	}
	schema, err := database.Schema(ctx, db)
	if err == nil && about.Schema != schema {
		err = fmt.Errorf("it was made by Dateline %s with schema %d, and this one has %d; restore with that version, then start this one", about.Dateline, about.Schema, schema)
	}
	return about, err
}

// wantEmpty keeps a restore from mixing two installations.
func wantEmpty(ctx context.Context, db *sql.DB, data string) error {
	var used bool
	err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM newsrooms) OR EXISTS (SELECT 1 FROM officers)`).Scan(&used)
	if err == nil && used {
		err = fmt.Errorf("the database is in use; set DATELINE_DATABASE or DATELINE_DATA (now %s) to where there is nothing", data)
	}
	return err
}

func readData(archive *zip.Reader, dir string) error {
	for _, file := range archive.File {
		within, is := strings.CutPrefix(file.Name, dataEntry)
		if !is {
			continue
		}
		if !filepath.IsLocal(within) {
			return fmt.Errorf("%s would be written outside %s", file.Name, dir)
		}
		if err := readFile(file, filepath.Join(dir, filepath.FromSlash(within))); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return nil
}

func readFile(file *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	from, err := file.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}

// readTables fills the tables, and holds mail, in one transaction.
func readTables(ctx context.Context, db *sql.DB, archive *zip.Reader, about backupAbout) (rows int, err error) {
	tables, err := database.Tables()
	if err != nil {
		return 0, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	for _, table := range tables {
		file, err := archive.Open(tablesEntry + table + ".jsonl")
		if err != nil {
			return 0, fmt.Errorf("it lacks the table %s", table)
		}
		n, err := database.ReadTable(ctx, tx, table, file)
		file.Close()
		if err != nil {
			return 0, err
		}
		rows += n
	}
	if err := holdMail(ctx, tx, about, time.Now()); err != nil {
		return 0, err
	}
	return rows, tx.Commit()
}

// holdMail sees to it that nobody is mailed twice. What was going out at the backup is held for an
// officer; so is, by the row of restores, the mail of every lift that has passed by now. Single letters
// that were waiting are given up: most have gone out since.
func holdMail(ctx context.Context, tx *sql.Tx, about backupAbout, now time.Time) error {
	for _, statement := range []string{
		`UPDATE dispatches SET state = 'held' WHERE state = 'sending'`,
		`UPDATE letters SET state = 'failed', lease = '', reason = 'restored from a backup' WHERE state IN ('queued', 'sending')`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("hold mail: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO restores (at, backup_at) VALUES ($1, $2)`, now.UnixMilli(), about.At.UnixMilli())
	if err != nil {
		return fmt.Errorf("hold mail: %w", err)
	}
	return history.Record(ctx, tx, now, commandLine, history.Event{
		Action: "installation.restore", Detail: map[string]any{"backup_at": about.At.UnixMilli()},
	})
}
