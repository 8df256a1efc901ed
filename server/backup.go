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
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/server/config"
	"dateline/server/database"
)

// A backup is a zip file: backup.json tells what it is, tables/ holds the database as one instant saw
// it, data/ the data directory's other files: the secret, DKIM keys, attachments. It says nothing of
// the engine, so that it also moves an installation from SQLite to Postgres, or back.
type backupAbout struct {
	Dateline string    `json:"dateline"` // version of the program
	Schema   int       `json:"schema"`
	At       time.Time `json:"at"` // UTC
}

const (
	aboutEntry  = "backup.json"
	tablesEntry = "tables/"
	dataEntry   = "data/"
)

// backup writes beside a running server. The file holds the secret: only its owner may read it.
func backup(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	var path string
	if err := parse(flags, args, &path); err != nil {
		return err
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s is there already; name another file", path)
	}
	return withDatabase(ctx, c, func(db *sql.DB) error {
		rows, files, err := writeBackup(ctx, db, settings.Data, path)
		if err != nil {
			return fmt.Errorf("back up to %s: %w", path, err)
		}
		fmt.Fprintf(c.stdout, "%s has %d rows and %d files; keep it as safe as the server, since the secret is in it\n", path, rows, files)
		return nil
	})
}

// writeBackup makes the file whole or not at all.
func writeBackup(ctx context.Context, db *sql.DB, data, path string) (rows, files int, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return 0, 0, cause(err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	archive := zip.NewWriter(file)
	if rows, err = writeTables(ctx, db, archive); err != nil {
		return 0, 0, err
	}
	// After the tables: what they name is then there, if it ever was.
	if files, err = writeData(archive, data, file.Name()); err != nil {
		return 0, 0, err
	}
	if err := errors.Join(archive.Close(), file.Sync(), file.Close()); err != nil {
		return 0, 0, err
	}
	return rows, files, os.Link(file.Name(), path)
}

func writeTables(ctx context.Context, db *sql.DB, archive *zip.Writer) (rows int, err error) {
	tables, err := database.Tables()
	if err != nil {
		return 0, err
	}
	schema, err := database.Schema(ctx, db)
	if err != nil {
		return 0, err
	}
	about, err := archive.Create(aboutEntry)
	if err != nil {
		return 0, err
	}
	err = json.NewEncoder(about).Encode(backupAbout{Dateline: version(), Schema: schema, At: time.Now().UTC()})
	if err != nil {
		return 0, err
	}
	err = database.Snapshot(ctx, db, func(tx *sql.Tx) error {
		for _, table := range tables {
			w, err := archive.Create(tablesEntry + table + ".jsonl")
			if err != nil {
				return err
			}
			n, err := database.WriteTable(ctx, tx, table, w)
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	return rows, err
}

// writeData copies the data directory but for the database, whose rows are in the tables, the lock, and
// what is only being written.
func writeData(archive *zip.Writer, dir, self string) (files int, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // gone since it was listed
		case err != nil:
			return err
		case !entry.Type().IsRegular() || isDatabase(entry.Name()) || path == self:
			return nil
		}
		within, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files++
		return writeFile(archive, dataEntry+filepath.ToSlash(within), path)
	})
	return files, err
}

func isDatabase(name string) bool {
	return name == "lock" || strings.HasPrefix(name, "dateline.db") || strings.HasPrefix(name, ".")
}

func writeFile(archive *zip.Writer, name, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := archive.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}
