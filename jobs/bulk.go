package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// bulkStatement changes what a list of rows says: %s in its text stands for them.
type bulkStatement struct {
	text  string
	types []string // of the columns, which Postgres can't guess
}

// bulk runs statements over many rows, prepared for a few numbers of rows.
type bulk struct {
	db   *sql.DB
	made map[bulkKey]*sql.Stmt
}

type bulkKey struct {
	rows int
	text string
}

const bulkLimit = 64

// run runs a statement over rows, as few times as can be, and gives each text that is returned.
func (b bulk) run(ctx context.Context, tx *sql.Tx, s bulkStatement, rows [][]any, each func(string)) error {
	for len(rows) > 0 {
		n := min(len(rows), bulkLimit)
		if err := b.runOnce(ctx, tx, s, rows[:n], each); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// runOnce fills up to a number of rows that the statement is prepared for with rows of NULL, which no
// column equals.
func (b bulk) runOnce(ctx context.Context, tx *sql.Tx, s bulkStatement, rows [][]any, each func(string)) error {
	size := 1
	for size < len(rows) {
		size *= 2
	}
	stmt, err := b.prepare(ctx, s, size)
	if err != nil {
		return err
	}
	args := make([]any, 0, size*len(s.types))
	for _, row := range rows {
		args = append(args, row...)
	}
	args = args[:cap(args)]
	stmt = tx.StmtContext(ctx, stmt)
	if each == nil {
		_, err := stmt.ExecContext(ctx, args...)
		return err
	}
	returned, err := texts(stmt.QueryContext(ctx, args...))
	for _, text := range returned {
		each(text)
	}
	return err
}

func (b bulk) prepare(ctx context.Context, s bulkStatement, size int) (*sql.Stmt, error) {
	key := bulkKey{size, s.text}
	if made := b.made[key]; made != nil {
		return made, nil
	}
	stmt, err := b.db.PrepareContext(ctx, fmt.Sprintf(s.text, places(s.types, size)))
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
