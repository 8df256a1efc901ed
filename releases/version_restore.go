package releases

import (
	"context"

	"dateline/releases/history"
)

// Restore saves the text of an earlier version as a new one on top of version base. Like any edit it
// needs an approval of its own.
func (d *Desk) Restore(ctx context.Context, who history.Actor, id string, number, base int) (Release, error) {
	return d.change(ctx, who, id, "release.restore", func(c *change) (map[string]any, error) {
		if base != c.r.Version {
			return nil, c.stale(base)
		}
		text, err := c.textOf(ctx, number)
		if err != nil {
			return nil, err
		}
		detail := map[string]any{"restored": number}
		if err := c.editText(ctx, who, text, detail); err != nil {
			return nil, err
		}
		if detail["version"] == nil {
			return nil, c.conflict("conflict.restore_same", "Number", number, "Version", c.r.Version)
		}
		return detail, nil
	})
}

// textOf is the text of one version, or ErrNotFound.
func (c *change) textOf(ctx context.Context, number int) (Text, error) {
	versions, err := readVersions(ctx, c.tx, c.keys, c.r.ID, `number = $2`, number)
	if err != nil {
		return Text{}, err
	}
	if versions == nil {
		return Text{}, ErrNotFound
	}
	return versions[0].Text, nil
}
