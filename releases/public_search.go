package releases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Search finds the live releases of a newsroom that hold every word of a query, in pages of limit
// counted from 0. Those that hold the words as they were typed come first, headlines before bodies;
// then those with other marks on the letters or more letters at a word's end. Words that can't be
// found, and no words at all, find nothing.
func (p *Public) Search(ctx context.Context, now time.Time, newsroomID, query string, page, limit int) ([]Live, error) {
	words := wordsOf(query)
	if len(words) == 0 || len(words) > mostWords {
		return nil, nil
	}
	if err := p.index(ctx, now); err != nil {
		return nil, err
	}
	find, exact, wide := matchSQLite(words)
	if isPostgres(p.db) {
		find, exact, wide = matchPostgres(words)
	}
	rows, err := p.db.QueryContext(ctx, `WITH hits AS (`+find+`),
		best AS (SELECT id, MIN(place) AS place FROM hits GROUP BY id)
		SELECT `+liveColumns+` FROM best JOIN searched s ON s.id = best.id JOIN releases r ON r.id = s.release_id`+liveJoins+`
		WHERE `+live+` AND s.newsroom_id = $2 ORDER BY best.place, r.lift_at DESC, r.id DESC LIMIT $5 OFFSET $6`,
		now.UnixMilli(), newsroomID, exact, wide, limit, page*limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return p.scanAll(ctx, now, rows)
}

// Each engine gives id and place for the exact words ($3) and, a whole class behind, for the wide
// ones ($4). A smaller place is a better one; both engines' own ranks are far smaller than the class.

// matchSQLite queries FTS5. A word in quotes is a word, whatever is in it.
func matchSQLite(words []string) (find, exact, wide string) {
	find = `SELECT rowid AS id, bm25(search, 10.0, 1.0, 0.0, 0.0) AS place FROM search WHERE search MATCH $3
		UNION ALL SELECT rowid, 1000000 + bm25(search, 0.0, 0.0, 10.0, 1.0) FROM search WHERE search MATCH $4`
	return find, `{head body} : (` + join(words, ` AND `, `"`, `"`) + `)`, `{bare_head bare_body} : (` + join(folded(words), ` AND `, `"`, `" *`) + `)`
}

// matchPostgres queries a tsvector. Words hold letters, marks and digits alone, so quotes hold them.
func matchPostgres(words []string) (find, exact, wide string) {
	find = `SELECT id, -ts_rank(exact, q) AS place FROM search, to_tsquery('simple', $3) q WHERE exact @@ q
		UNION ALL SELECT id, 1000000 - ts_rank(wide, q) FROM search, to_tsquery('simple', $4) q WHERE wide @@ q`
	return find, join(words, ` & `, `'`, `'`), join(folded(words), ` & `, `'`, `':*`)
}

func join(words []string, between, before, after string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = before + word + after
	}
	return strings.Join(quoted, between)
}

func folded(words []string) []string {
	bare := make([]string, len(words))
	for i, word := range words {
		bare[i] = fold(word)
	}
	return bare
}

// isPostgres says which engine is behind db. Full-text search is the one thing that they do not share.
func isPostgres(db *sql.DB) bool { return fmt.Sprintf("%T", db.Driver()) == "*stdlib.Driver" }
