package files_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"dateline/releases/files"
)

func read(t *testing.T, s *files.Store, stored files.Stored) string {
	t.Helper()
	file, err := s.Open(stored.ID, stored.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// onDisk lists every file below a directory.
func onDisk(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestCreate_KeepsTheBytes_UnderANameThatSaysNothing(t *testing.T) {
	dir := t.TempDir()
	s := files.NewStore(dir)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, test := range []struct {
		content, mediaType string
		width, height      int
	}{
		{picture.String(), "image/png", 30, 20},
		{"%PDF-1.7\n" + strings.Repeat("x", 1<<20), "application/pdf", 0, 0},
		{"<!doctype html><script>alert(1)</script>", "text/html; charset=utf-8", 0, 0},
		{`<svg xmlns="http://www.w3.org/2000/svg"></svg>`, "image/svg+xml", 0, 0},
		{"MZ\x90\x00\x03" + strings.Repeat("\x00", 200), "application/vnd.microsoft.portable-executable", 0, 0},
		{"Hej på dig", "text/plain; charset=utf-8", 0, 0},
		{"", "text/plain", 0, 0},
	} {
		stored, err := s.Create(iotest.HalfReader(strings.NewReader(test.content)))
		if err != nil {
			t.Fatal(err)
		}
		if stored.Type != test.mediaType || stored.Width != test.width || stored.Height != test.height || stored.Bytes != int64(len(test.content)) {
			t.Errorf("%q is %+v", test.content[:min(len(test.content), 20)], stored)
		}
		if got := read(t, s, stored); got != test.content {
			t.Errorf("%s reads back %d bytes", stored.Type, len(got))
		}
		if len(stored.ID) != 26 || seen[stored.ID] || len(stored.Hash) != 64 {
			t.Errorf("got %+v", stored)
		}
		seen[stored.ID] = true
	}
	for _, path := range onDisk(t, dir) {
		if raw, err := os.ReadFile(path); err != nil || bytes.Contains(raw, []byte("Hej på dig")) || bytes.Contains(raw, []byte("%PDF-1.7")) {
			t.Errorf("%s is not sealed: %v", path, err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 || !seen[filepath.Base(path)] {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestCreate_CutOffOrTooLarge_LeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := files.NewStore(dir)
	broken := errors.New("the line went dead")
	for _, test := range []struct {
		from io.Reader
		want error
	}{
		{io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), iotest.ErrReader(broken)), broken},
		{iotest.ErrReader(broken), broken},
		{io.LimitReader(zeros{}, files.MaxBytes+1), files.ErrTooLarge},
	} {
		if _, err := s.Create(test.from); !errors.Is(err, test.want) {
			t.Errorf("got %v; want %v", err, test.want)
		}
	}
	if left := onDisk(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestOpen_OfWhatIsNoneOfOurs_FindsNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := files.NewStore(filepath.Join(dir, "files"))
	for _, id := range []string{"", "secret", "../secret", "../../../../../etc/passwd", strings.Repeat("a", 26), strings.Repeat("../", 8) + "aa", strings.Repeat("A", 26)} {
		if _, err := s.Open(id, ""); !errors.Is(err, files.ErrMissing) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestRemoveOrphans_TakesOnlyWhatIsOldAndUnknown(t *testing.T) {
	dir := t.TempDir()
	s := files.NewStore(dir)
	kept := map[string]files.Stored{}
	for _, name := range []string{"known", "unknown", "young"} {
		stored, err := s.Create(strings.NewReader(name))
		if err != nil {
			t.Fatal(err)
		}
		kept[name] = stored
	}
	halfway := filepath.Join(dir, kept["known"].ID[:2], "abc.part")
	if err := os.WriteFile(halfway, []byte("cut off"), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, path := range onDisk(t, dir) {
		if filepath.Base(path) != kept["young"].ID {
			if err := os.Chtimes(path, now, now.Add(-48*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
	removed, err := s.RemoveOrphans(t.Context(), now.Add(-24*time.Hour), func(_ context.Context, id string) (bool, error) {
		return id == kept["known"].ID, nil
	})
	if err != nil || removed != 2 || len(onDisk(t, dir)) != 2 {
		t.Errorf("removed %d, %v; left %v", removed, err, onDisk(t, dir))
	}
	if read(t, s, kept["known"]) != "known" || read(t, s, kept["young"]) != "young" {
		t.Error("a file that is wanted is gone")
	}
	if _, err := s.RemoveOrphans(t.Context(), now, func(context.Context, string) (bool, error) { return false, io.ErrClosedPipe }); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a fault of the database: %v", err)
	}
	if n, err := files.NewStore(filepath.Join(dir, "never made")).RemoveOrphans(t.Context(), now, nil); n != 0 || err != nil {
		t.Errorf("where nothing was ever kept: %d, %v", n, err)
	}
}
