package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// groupTx is the transaction that a group of writes shares. Marks and outcomes, of which there is one
// for every message, are gathered and written in a few statements, however many they are.
type groupTx struct {
	*sql.Tx
	bulk     bulk
	until    int64          // how long leases last that are renewed now
	marks    map[*claim]int // highest seq about to be sent; -1 when there are only outcomes
	outcomes []outcome
}

// outcome is a verdict on one delivery, reached under a claim.
type outcome struct {
	claim *claim
	seq   int
	verdict
	next, at int64
}

// mark moves the mark of a claim's batch up to seq.
func (g *groupTx) mark(c *claim, seq int) {
	if was, is := g.marks[c]; !is || seq > was {
		g.marks[c] = seq
	}
}

// flush writes what has gathered. The batches come first: that locks them, renews their leases and
// tells which are still held; only under those do outcomes count.
func (g *groupTx) flush(ctx context.Context) error {
	for _, o := range g.outcomes {
		g.mark(o.claim, -1)
	}
	if err := g.writeMarks(ctx); err != nil {
		return fmt.Errorf("write marks: %w", err)
	}
	if err := g.writeOutcomes(ctx); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	clear(g.marks)
	g.outcomes = g.outcomes[:0]
	return nil
}

func (g *groupTx) writeMarks(ctx context.Context) error {
	rows := make([][]any, 0, len(g.marks))
	for c, seq := range g.marks {
		rows = append(rows, []any{c.dispatch, c.number, c.lease, seq, g.until})
	}
	held := map[string]bool{}
	err := g.bulk.run(ctx, g.Tx, `UPDATE batches SET mark = CASE WHEN v.column4 > mark THEN v.column4 ELSE mark END, free_at = v.column5
		FROM (VALUES %s) AS v WHERE dispatch_id = v.column1 AND number = v.column2 AND lease = v.column3 RETURNING lease`,
		markTypes, rows, func(lease string) { held[lease] = true })
	for c := range g.marks {
		if err == nil && !held[c.lease] {
			c.lost.Store(true)
		}
	}
	return err
}

func (g *groupTx) writeOutcomes(ctx context.Context) error {
	rows := make([][]any, 0, len(g.outcomes))
	for _, o := range g.outcomes {
		if !o.claim.lost.Load() {
			rows = append(rows, []any{o.claim.dispatch, o.seq, o.state, o.retried, o.attempts, o.code, o.reason, o.next, o.at})
		}
	}
	return g.bulk.run(ctx, g.Tx, `UPDATE deliveries SET state = v.column3, retried = v.column4, attempts = v.column5, code = v.column6,
			reason = v.column7, next_at = v.column8, updated_at = v.column9
		FROM (VALUES %s) AS v WHERE dispatch_id = v.column1 AND seq = v.column2 RETURNING ''`, outcomeTypes, rows, func(string) {})
}

// The types of the columns of VALUES, which Postgres can't guess.
const (
	markTypes    = "TEXT BIGINT TEXT BIGINT BIGINT"
	outcomeTypes = "TEXT BIGINT TEXT BOOLEAN BIGINT TEXT TEXT BIGINT BIGINT"
)

// bulk runs statements over many rows, prepared for a few numbers of rows.
type bulk struct {
	db   *sql.DB
	made map[bulkKey]*sql.Stmt
}

type bulkKey struct {
	rows      int
	statement string
}

// run puts the rows in the place of %s, 32, 16, 8 ... at a time, and gives each text that is returned.
func (b bulk) run(ctx context.Context, tx *sql.Tx, statement, types string, rows [][]any, each func(string)) error {
	for n := 32; n > 0; n /= 2 {
		for ; len(rows) >= n; rows = rows[n:] {
			stmt, err := b.prepare(ctx, statement, types, n)
			if err != nil {
				return err
			}
			args := make([]any, 0, n*len(rows[0]))
			for _, row := range rows[:n] {
				args = append(args, row...)
			}
			returned, err := texts(tx.StmtContext(ctx, stmt).QueryContext(ctx, args...))
			if err != nil {
				return err
			}
			for _, text := range returned {
				each(text)
			}
		}
	}
	return nil
}

func (b bulk) prepare(ctx context.Context, statement, types string, n int) (*sql.Stmt, error) {
	key := bulkKey{n, statement}
	if made := b.made[key]; made != nil {
		return made, nil
	}
	stmt, err := b.db.PrepareContext(ctx, fmt.Sprintf(statement, places(strings.Fields(types), n)))
	if err == nil {
		b.made[key] = stmt
	}
	return stmt, err
}

// places writes n rows of VALUES: (CAST($1 AS TEXT), CAST($2 AS BIGINT)), (CAST($3 ...
func places(types []string, n int) string {
	var b strings.Builder
	for i := range n * len(types) {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(types) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "CAST($%d AS %s)", i+1, types[i%len(types)])
	}
	return b.String() + ")"
}

func (b bulk) close() {
	for _, stmt := range b.made {
		stmt.Close()
	}
}
