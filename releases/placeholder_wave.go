package releases

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dateline/releases/history"
	"dateline/releases/input"
	"dateline/releases/vault"
)

var waves = vault.Column{Table: "waved", Name: "content", Key: []string{"id"}}

// WaveThrough says of what looks like placeholders in a version that it is meant. Each is named; the
// next version is looked at anew.
func (d *Desk) WaveThrough(ctx context.Context, who history.Actor, id string, version int, named []string) (Release, error) {
	return d.change(ctx, who, id, "release.wave_through", func(c *change) (map[string]any, error) {
		if version != c.r.Version && version != c.r.Approved {
			return nil, c.conflict("conflict.not_newest", "Version", version, "Newest", c.r.Version)
		}
		text, err := c.textOf(ctx, version)
		if err != nil {
			return nil, err
		}
		if err := checkNamed(named, Placeholders(text)); err != nil {
			return nil, err
		}
		content, err := json.Marshal(named)
		if err != nil {
			return nil, err
		}
		row := newID()
		_, err = c.tx.ExecContext(ctx, `INSERT INTO waved (id, release_id, version, content, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			row, id, version, c.keys.Seal(waves.Of(row), string(content)), who.Name, c.now.UnixMilli())
		// The history is open to more eyes than the text: it has their number.
		return map[string]any{"version": version, "count": len(named)}, err
	})
}

func checkNamed(named []string, found []Placeholder) error {
	var faults input.Faults
	if len(named) == 0 {
		faults.Add("placeholders", "fault.required")
	}
	for _, text := range named {
		if !slices.ContainsFunc(found, func(p Placeholder) bool { return p.Text == text }) {
			faults.Add("placeholders", "fault.no_placeholder", "Value", text)
		}
	}
	return faults.Err()
}

// PlaceholdersLeft are those of a version that nobody has waved through.
func (d *Desk) PlaceholdersLeft(ctx context.Context, r Release) ([]Placeholder, error) {
	return placeholdersLeft(ctx, d.db, d.keys, r.ID, r.Version, r.Text)
}

func placeholdersLeft(ctx context.Context, q querier, keys *vault.Keys, id string, version int, text Text) ([]Placeholder, error) {
	found := Placeholders(text)
	if len(found) == 0 {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT id, content FROM waved WHERE release_id = $1 AND version = $2`, id, version)
	if err != nil {
		return nil, fmt.Errorf("what is waved through in %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var row, sealed string
		if err := rows.Scan(&row, &sealed); err != nil {
			return nil, fmt.Errorf("what is waved through in %s: %w", id, err)
		}
		content, err := keys.Open(waves.Of(row), sealed)
		if err != nil {
			return nil, err
		}
		var named []string
		if err := json.Unmarshal([]byte(content), &named); err != nil {
			return nil, fmt.Errorf("what is waved through in %s: %w", id, err)
		}
		found = slices.DeleteFunc(found, func(p Placeholder) bool { return slices.Contains(named, p.Text) })
	}
	return found, rows.Err()
}

// noPlaceholders refuses to show the world a version with something left over in it.
func (c *change) noPlaceholders(ctx context.Context, text Text, version int) error {
	left, err := placeholdersLeft(ctx, c.tx, c.keys, c.r.ID, version, text)
	if err != nil || len(left) == 0 {
		return err
	}
	var texts []string
	for _, p := range left {
		if quoted := "“" + p.Text + "”"; !slices.Contains(texts, quoted) {
			texts = append(texts, quoted)
		}
	}
	return c.conflict("conflict.placeholders", "Found", strings.Join(texts, ", "), "Version", version)
}
