package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// RemoveOrphans removes the files written before an instant that nothing refers to: uploads cut off
// in the middle, and what belonged to a release that is gone. known says whether a file is still
// referred to. It says how many were removed.
func (s *Store) RemoveOrphans(ctx context.Context, before time.Time, known func(ctx context.Context, id string) (bool, error)) (removed int, err error) {
	err = filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			var did bool
			if did, err = removeOrphan(ctx, path, entry, before, known); did {
				removed++
			}
		}
		if errors.Is(err, os.ErrNotExist) { // nothing was ever kept, or another process was here first
			return nil
		}
		return errors.Join(err, ctx.Err())
	})
	if err != nil {
		return removed, fmt.Errorf("remove orphaned files: %w", err)
	}
	return removed, nil
}

func removeOrphan(ctx context.Context, path string, entry fs.DirEntry, before time.Time, known func(context.Context, string) (bool, error)) (bool, error) {
	info, err := entry.Info()
	if err != nil || !info.ModTime().Before(before) {
		return false, err
	}
	if !strings.HasSuffix(path, temporary) {
		if wanted, err := known(ctx, entry.Name()); err != nil || wanted {
			return false, err
		}
	}
	return true, os.Remove(path)
}
