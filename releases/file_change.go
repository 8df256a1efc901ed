package releases

import (
	"context"
	"slices"

	"dateline/releases/history"
	"dateline/releases/input"
)

// mostFiles is how many a release may have.
const mostFiles = 50

// AddFile makes a version with one more file, whose bytes have been kept, or with that file in place of
// the one that it replaces, whose words it takes over where none are given. Like any change it needs
// an approval before the world sees it.
func (d *Desk) AddFile(ctx context.Context, who history.Actor, id string, kept File, in FileText, replaces string) (Release, error) {
	return d.change(ctx, who, id, "release.file_add", func(c *change) (map[string]any, error) {
		files, at := slices.Clone(c.r.Text.Files), len(c.r.Text.Files)
		if replaces == "" {
			files = append(files, File{})
		} else if place, ok := c.r.Text.file(replaces); ok {
			at, in = place, in.or(files[place])
		} else {
			return nil, ErrNotFound
		}
		file, err := kept.describe(in)
		if err != nil {
			return nil, err
		}
		files[at] = file
		if len(files) > mostFiles {
			return nil, input.Faults{{Field: "file", Message: "fault.too_many", Args: map[string]any{"Max": mostFiles}}}
		}
		_, err = c.tx.ExecContext(ctx, `INSERT INTO release_files (id, release_id, created_at) VALUES ($1, $2, $3)`,
			file.ID, id, c.now.UnixMilli())
		if err != nil {
			return nil, err
		}
		detail := map[string]any{"file": file.ID} // its name might tell of the text
		if replaces != "" {
			detail["replaces"] = replaces
		}
		return detail, c.editFiles(ctx, who, files, detail)
	})
}

// DescribeFile changes what is said of a file: its name, alternative text, caption, credit and rights.
func (d *Desk) DescribeFile(ctx context.Context, who history.Actor, id, file string, in FileText) (Release, error) {
	return d.changeFile(ctx, who, id, file, "release.file_describe", func(files []File, at int) ([]File, error) {
		described, err := files[at].describe(in)
		files[at] = described
		return files, err
	})
}

// RemoveFile makes a version without a file. Earlier versions keep it.
func (d *Desk) RemoveFile(ctx context.Context, who history.Actor, id, file string) (Release, error) {
	return d.changeFile(ctx, who, id, file, "release.file_remove", func(files []File, at int) ([]File, error) {
		return slices.Delete(files, at, at+1), nil
	})
}

func (d *Desk) changeFile(ctx context.Context, who history.Actor, id, file, action string, do func(files []File, at int) ([]File, error)) (Release, error) {
	return d.change(ctx, who, id, action, func(c *change) (map[string]any, error) {
		at, ok := c.r.Text.file(file)
		if !ok {
			return nil, ErrNotFound
		}
		detail := map[string]any{"file": file}
		files, err := do(slices.Clone(c.r.Text.Files), at)
		if err != nil {
			return nil, err
		}
		if err := c.editFiles(ctx, who, files, detail); err != nil || detail["version"] == nil {
			return nil, err
		}
		return detail, nil
	})
}

func (c *change) editFiles(ctx context.Context, who history.Actor, files []File, detail map[string]any) error {
	text := c.r.Text
	text.Files = files
	return c.editText(ctx, who, text, detail)
}
