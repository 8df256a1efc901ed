package releases

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// listKey names one public list. No part of it can hold a slash.
func listKey(newsroomID, topic, kind, language string) string {
	return newsroomID + "/" + topic + "/" + kind + "/" + language
}

// listKeys are all the lists that a release with this text stands in. One in sv-SE is also found
// under sv.
func listKeys(newsroomID string, text Text) []string {
	languages := []string{"", text.Language}
	if base, _, more := strings.Cut(text.Language, "-"); more {
		languages = append(languages, base)
	}
	var keys []string
	for _, newsroom := range []string{"", newsroomID} {
		for _, topic := range append([]string{""}, text.Topics...) {
			for _, kind := range []string{"", string(text.Kind)} {
				for _, language := range languages {
					keys = append(keys, listKey(newsroom, topic, kind, language))
				}
			}
		}
	}
	return keys
}

// enlist puts the release in its lists, at its lift. Before then no list shows it.
func (c *change) enlist(ctx context.Context, text Text, lift time.Time) error {
	if err := c.delist(ctx); err != nil {
		return err
	}
	for _, key := range listKeys(c.r.Newsroom.ID, text) {
		_, err := c.tx.ExecContext(ctx, `INSERT INTO release_lists (list, lift_at, release_id) VALUES ($1, $2, $3)`,
			key, lift.UnixMilli(), c.r.ID)
		if err != nil {
			return fmt.Errorf("enlist %s: %w", c.r.ID, err)
		}
	}
	return nil
}

// delist takes the release out of every list, and its words out of the search index.
func (c *change) delist(ctx context.Context) error {
	if _, err := c.tx.ExecContext(ctx, `DELETE FROM release_lists WHERE release_id = $1`, c.r.ID); err != nil {
		return fmt.Errorf("delist %s: %w", c.r.ID, err)
	}
	return c.unindex(ctx)
}

// approvedText is the text that the world will see.
func (c *change) approvedText(ctx context.Context) (Text, error) {
	var content string
	err := c.tx.QueryRowContext(ctx, `SELECT content FROM versions WHERE release_id = $1 AND number = $2`,
		c.r.ID, c.r.Approved).Scan(&content)
	if err != nil {
		return Text{}, fmt.Errorf("approved text of %s: %w", c.r.ID, err)
	}
	return openText(c.keys, c.r.ID, c.r.Approved, content)
}
