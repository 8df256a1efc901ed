package files

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dateline/releases/vault"
)

// Stored is what was found of a file while it was kept.
type Stored struct {
	ID            string // 130 random bits: its name here, and in its address
	Key           string // what its bytes are sealed with
	Type          string // by content, not by name
	Bytes         int64
	Hash          string // SHA-256 of the content
	Width, Height int    // of a picture, in pixels; 0 when they can't be told
}

// temporary is the end of the name of a file that is not yet whole.
const temporary = ".part"

// Create keeps what it reads, and gives it a name. A file is there whole and flushed to the disk, or
// not at all: it is written beside its place and renamed. Nothing of its size is held in memory.
func (s *Store) Create(from io.Reader) (Stored, error) {
	stored, err := s.create(from)
	if err != nil {
		return Stored{}, fmt.Errorf("keep file: %w", err)
	}
	return stored, nil
}

func (s *Store) create(from io.Reader) (Stored, error) {
	read := bufio.NewReaderSize(from, headSize)
	head, err := read.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return Stored{}, err
	}
	key := vault.NewContentKey()
	stored := Stored{ID: newID(), Key: key.String(), Type: typeOf(head)}
	stored.Width, stored.Height = sizeOf(stored.Type, head)
	path, err := s.path(stored.ID)
	if err != nil {
		return Stored{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Stored{}, err
	}
	hash := sha256.New()
	if stored.Bytes, err = write(path+temporary, key, io.TeeReader(read, hash)); err == nil {
		err = os.Rename(path+temporary, path)
	}
	if err != nil {
		os.Remove(path + temporary)
		return Stored{}, err
	}
	stored.Hash = hex.EncodeToString(hash.Sum(nil))
	return stored, syncDir(filepath.Dir(path))
}

// write makes a sealed file of what it reads, up to MaxBytes of it, and has it on the disk.
func write(path string, key vault.ContentKey, from io.Reader) (n int64, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sealed := key.Writer(file)
	n, err = io.Copy(sealed, io.LimitReader(from, MaxBytes+1))
	if err = errors.Join(err, sealed.Close()); err != nil {
		return n, err
	}
	if n > MaxBytes {
		return n, ErrTooLarge
	}
	return n, file.Sync()
}

// syncDir has a renamed file's new name on the disk.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
