package releases

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"dateline/releases/history"
	"dateline/releases/vault"
)

// Comment is what an insider says of a release to the others.
type Comment struct {
	ID, Text, By string
	Version      int // the newest when it was said
	At           time.Time
}

var remarks = vault.Column{Table: "comments", Name: "content", Key: []string{"id"}}

// AddComment says something of a release, in whatever state it is. It changes nothing about it.
func (d *Desk) AddComment(ctx context.Context, who history.Actor, id, text string) (Comment, error) {
	var check check
	text = check.note("text", text)
	if err := check.faults.Err(); err != nil {
		return Comment{}, err
	}
	r, err := d.Release(ctx, id)
	if err == nil && r.Hidden {
		err = &Conflict{Message: "conflict.frozen", Current: r}
	}
	if err != nil {
		return Comment{}, err
	}
	said := Comment{ID: newID(), Text: text, By: who.Name, Version: r.Version, At: d.now().UTC().Truncate(time.Millisecond)}
	err = transact(ctx, d.db, func(tx *sql.Tx) error {
		c := &change{tx: tx, keys: d.keys, r: stored{Release: r}, now: said.At}
		if err := c.comment(ctx, said, who); err != nil {
			return err
		}
		return d.record(ctx, tx, said.At, who, "release.comment", r.Newsroom.ID, id, map[string]any{"version": said.Version})
	})
	if err != nil {
		return Comment{}, fmt.Errorf("comment on %s: %w", id, err)
	}
	return said, nil
}

func (c *change) comment(ctx context.Context, said Comment, who history.Actor) error {
	_, err := c.tx.ExecContext(ctx, `INSERT INTO comments (id, release_id, version, content, created_by, created_by_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		said.ID, c.r.ID, said.Version, c.keys.Seal(remarks.Of(said.ID), said.Text), who.Name, who.ID, said.At.UnixMilli())
	if err != nil {
		return fmt.Errorf("comment on %s: %w", c.r.ID, err)
	}
	return nil
}

// Comments lists what was said of a release, in order; nothing while its newsroom is frozen.
func (d *Desk) Comments(ctx context.Context, id string) ([]Comment, error) {
	rows, err := d.db.QueryContext(ctx, `SELECT id, version, content, created_by, created_at FROM comments
		WHERE release_id = $1 AND NOT EXISTS (SELECT 1 FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id
			WHERE r.id = $1 AND n.frozen_at IS NOT NULL) ORDER BY created_at, id`, id)
	if err != nil {
		return nil, fmt.Errorf("comments on %s: %w", id, err)
	}
	defer rows.Close()
	var list []Comment
	for rows.Next() {
		var c Comment
		var sealed string
		var at int64
		if err := rows.Scan(&c.ID, &c.Version, &sealed, &c.By, &at); err != nil {
			return nil, fmt.Errorf("comments on %s: %w", id, err)
		}
		if c.Text, err = d.keys.Open(remarks.Of(c.ID), sealed); err != nil {
			return nil, err
		}
		c.At = time.UnixMilli(at).UTC()
		list = append(list, c)
	}
	return list, rows.Err()
}
