package releases

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"
)

// indexBatch is how many releases one transaction puts into the search index.
const indexBatch = 50

// index puts what has become live since the last search into the index. It is done by whoever
// searches, at that instant and not before: so nothing of an embargoed text is ever in the index, and
// search turns with the page. In most searches there is nothing to do, which one probe of an index of
// what is missing tells.
func (p *Public) index(ctx context.Context, now time.Time) error {
	for {
		missing, err := p.unindexed(ctx, now)
		if err != nil || len(missing) == 0 {
			return err
		}
		err = transact(ctx, p.db, func(tx *sql.Tx) error {
			for _, l := range missing {
				if err := indexOne(ctx, tx, now, l); err != nil {
					return fmt.Errorf("index %s: %w", l.ID, err)
				}
			}
			return nil
		})
		if err != nil || len(missing) < indexBatch {
			return err
		}
	}
}

func (p *Public) unindexed(ctx context.Context, now time.Time) ([]Live, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT `+liveColumns+` FROM releases r`+liveJoins+
		`WHERE `+live+` AND r.indexed <> r.approved ORDER BY r.lift_at, r.id LIMIT $2`, now.UnixMilli(), indexBatch)
	if err != nil {
		return nil, fmt.Errorf("releases to index: %w", err)
	}
	defer rows.Close()
	var missing []Live
	for rows.Next() {
		l, _, err := scanLive(p.keys, rows)
		if err != nil {
			return nil, fmt.Errorf("releases to index: %w", err)
		}
		missing = append(missing, l)
	}
	return missing, rows.Err()
}

// indexOne is guarded: a release that was withdrawn or corrected since it was read, or that another
// has indexed meanwhile, is left to whoever looks next.
func indexOne(ctx context.Context, tx *sql.Tx, now time.Time, l Live) error {
	claimed, err := changedOne(tx.ExecContext(ctx, `UPDATE releases SET indexed = $2
		WHERE id = $3 AND state = 'scheduled' AND lift_at <= $1 AND approved = $2 AND indexed <> $2`, now.UnixMilli(), l.Version, l.ID))
	if err != nil || !claimed {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM searched WHERE release_id = $1`, l.ID); err != nil {
		return err
	}
	head, body := searchable(l.Text.Headline), searchable(l.searchTexts()...)
	_, err = tx.ExecContext(ctx, `INSERT INTO searched (id, release_id, newsroom_id, head, body, bare_head, bare_body)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, randomNumber(), l.ID, l.Newsroom.ID, head, body, fold(head), fold(body))
	return err
}

// searchTexts is what can be found beside the headline.
func (l Live) searchTexts() []string {
	texts := []string{l.Text.Lede, l.Text.Dateline, Plain(l.Text.Body)}
	for _, slug := range l.Text.Topics {
		if topic, ok := findTopic(l.Newsroom.Topics, slug); ok {
			texts = append(texts, topic.Name)
		}
	}
	for _, c := range l.Text.Contacts {
		texts = append(texts, c.Name, c.Role)
	}
	return texts
}

// unindex takes every word of the release out of the index.
func (c *change) unindex(ctx context.Context) error {
	if _, err := c.tx.ExecContext(ctx, `DELETE FROM searched WHERE release_id = $1`, c.r.ID); err != nil {
		return fmt.Errorf("unindex %s: %w", c.r.ID, err)
	}
	if _, err := c.tx.ExecContext(ctx, `UPDATE releases SET indexed = 0 WHERE id = $1`, c.r.ID); err != nil {
		return fmt.Errorf("unindex %s: %w", c.r.ID, err)
	}
	return nil
}

// randomNumber is a row's number in the full-text index; it tells nothing of how many there are.
func randomNumber() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}
