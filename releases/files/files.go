// Package files keeps the bytes of pictures and documents on the local disk, sealed, under random names
// that say nothing. Each has a key of its own, which is kept with what else is said of it. What a file is called, and who may have it when, is in package releases: nothing is
// ever served from here by a name that a stranger gives.
package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dateline/releases/vault"
)

// MaxBytes is how large one file may be.
const MaxBytes = 100 << 20

// Errors that callers tell apart.
var (
	// ErrTooLarge: there are more than MaxBytes of it.
	ErrTooLarge = errors.New("file too large")
	// ErrMissing: the store has no bytes under that name, or the name is none of ours.
	ErrMissing = errors.New("file missing")
)

// Store is a directory of files. Each is written once, whole, and never changed.
type Store struct{ dir string }

// NewStore keeps files below dir, which is made when the first comes.
func NewStore(dir string) *Store { return &Store{dir: dir} }

// Open gives the bytes kept under a name and a key that Create gave.
func (s *Store) Open(id, key string) (io.ReadSeekCloser, error) {
	path, err := s.path(id)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open file %s: %w", id, ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", id, err)
	}
	content, err := unseal(file, key)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open file %s: %w", id, err)
	}
	return content, nil
}

// opened reads a sealed file, and closes it.
type opened struct {
	*vault.Reader
	io.Closer
}

func unseal(file *os.File, key string) (io.ReadSeekCloser, error) {
	parsed, err := vault.ParseContentKey(key)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	reader, err := parsed.Reader(file, info.Size())
	return opened{reader, file}, err
}

// Remove forgets a file. One that is not there is no error.
func (s *Store) Remove(id string) error {
	path, err := s.path(id)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove file %s: %w", id, err)
	}
	return nil
}

// newID is 130 bits from crypto/rand.
func newID() string { return strings.ToLower(rand.Text()) }

// path is where a file is: two letters of its name make the directory, so that none grows too long.
// What could not be one of our names leads nowhere.
func (s *Store) path(id string) (string, error) {
	if len(id) != len(rand.Text()) || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return "", fmt.Errorf("file %q: %w", id, ErrMissing)
	}
	return filepath.Join(s.dir, id[:2], id), nil
}
