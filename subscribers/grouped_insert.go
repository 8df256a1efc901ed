package subscribers

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// atOnce is how many rows one statement inserts: enough to be spared most round trips to Postgres, few
// enough for SQLite, which looks up a $n by walking those before it.
const atOnce = 10

// grouped inserts many rows by few statements, of which it prepares the one for whole groups. The
// first error stays, and is told at the end.
type grouped struct {
	tx      *sql.Tx
	text    string // with %s where the rows go
	columns int

	whole  *sql.Stmt
	args   []any
	rows   int // inserted
	failed error
}

// add takes a row, and writes a group that is whole.
func (g *grouped) add(ctx context.Context, row ...any) {
	g.args = append(g.args, row...)
	if len(g.args) < atOnce*g.columns || g.failed != nil {
		return
	}
	if g.whole == nil {
		if g.whole, g.failed = g.tx.PrepareContext(ctx, g.statement(atOnce)); g.failed != nil {
			return
		}
	}
	g.count(g.whole.ExecContext(ctx, g.args...))
}

// end writes the last rows, and says how many were inserted in all.
func (g *grouped) end(ctx context.Context) (int, error) {
	if len(g.args) > 0 && g.failed == nil {
		g.count(g.tx.ExecContext(ctx, g.statement(len(g.args)/g.columns), g.args...))
	}
	if g.whole != nil {
		g.whole.Close()
	}
	return g.rows, g.failed
}

func (g *grouped) count(result sql.Result, err error) {
	g.args = g.args[:0]
	var rows int64
	if err == nil {
		rows, err = result.RowsAffected()
	}
	g.rows += int(rows)
	g.failed = err
}

func (g *grouped) statement(rows int) string {
	all := make([]string, rows)
	for i := range all {
		all[i] = places(1+i*g.columns, g.columns)
	}
	return fmt.Sprintf(g.text, strings.Join(all, ", "))
}

// places are n placeholders in brackets, counted from first: "($2, $3)".
func places(first, n int) string {
	list := make([]byte, 0, 8*n)
	for i := range n {
		list = append(list, ", $"...)
		list = strconv.AppendInt(list, int64(first+i), 10)
	}
	return "(" + strings.TrimPrefix(string(list), ", ") + ")"
}
