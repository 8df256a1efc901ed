package database

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// A dump holds every table as lines of JSON: the names of its columns, then a row a line. It says
// nothing of the engine, so that what one wrote the other reads.

// fleeting are the tables that a dump leaves out: they hold for minutes, and for one installation.
var fleeting = []string{"sessions", "attempts", "rests", "workers"}

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// Tables are those of the migrations that a dump holds, in the order in which they may be filled.
func Tables() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var tables []string
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, match := range createTable.FindAllStringSubmatch(string(text), -1) {
			tables = append(tables, match[1])
		}
	}
	return slices.DeleteFunc(tables, func(table string) bool { return slices.Contains(fleeting, table) }), nil
}

// Snapshot runs do in a transaction that sees one instant of the database and holds up nobody.
func Snapshot(ctx context.Context, db *sql.DB, do func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin a snapshot: %w", err)
	}
	defer tx.Rollback()
	return do(tx)
}

// WriteTable writes a table's lines.
func WriteTable(ctx context.Context, tx *sql.Tx, table string, w io.Writer) (rows int, err error) {
	found, err := tx.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", table, err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", table, err)
	}
	types, err := found.ColumnTypes()
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", table, err)
	}
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(columns); err != nil {
		return 0, err
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for ; found.Next(); rows++ {
		if err := found.Scan(places...); err != nil {
			return rows, fmt.Errorf("read %s: %w", table, err)
		}
		for i, v := range values {
			values[i] = portable(v, types[i].DatabaseTypeName())
		}
		if err := lines.Encode(values); err != nil {
			return rows, err
		}
	}
	return rows, found.Err()
}

// portable is a value as a line holds it. SQLite has numbers for truth values.
func portable(v any, kind string) any {
	switch v := v.(type) {
	case int64:
		if kind == "BOOLEAN" {
			return v != 0
		}
	case []byte:
		return map[string]string{"base64": base64.StdEncoding.EncodeToString(v)}
	}
	return v
}

// insertRows is how many rows one statement inserts. SQLite takes 32,766 parameters, Postgres 65,535.
const insertRows = 200

// ReadTable fills a table with the lines that WriteTable wrote, whichever engine it wrote them from.
func ReadTable(ctx context.Context, tx *sql.Tx, table string, r io.Reader) (rows int, err error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil { // what a migration has put there
		return 0, fmt.Errorf("fill %s: %w", table, err)
	}
	lines := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	lines.UseNumber()
	var columns []string
	if err := lines.Decode(&columns); err != nil {
		return 0, fmt.Errorf("columns of %s: %w", table, err)
	}
	var args []any
	for {
		row, err := readRow(lines, len(columns))
		if err != nil && !errors.Is(err, io.EOF) {
			return rows, fmt.Errorf("row %d of %s: %w", rows+1, table, err)
		}
		ended := err != nil
		args = append(args, row...)
		if len(args) > 0 && (ended || len(args) == insertRows*len(columns)) {
			if err := insert(ctx, tx, table, columns, args); err != nil {
				return rows, fmt.Errorf("fill %s: %w", table, err)
			}
			args = args[:0]
		}
		if ended {
			return rows, nil
		}
		rows++
	}
}

func readRow(lines *json.Decoder, width int) ([]any, error) {
	var row []any
	if err := lines.Decode(&row); err != nil {
		return nil, err
	}
	if len(row) != width {
		return nil, fmt.Errorf("it has %d values for %d columns", len(row), width)
	}
	for i, v := range row {
		switch v := v.(type) {
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return nil, err
			}
			row[i] = n
		case map[string]any:
			text, _ := v["base64"].(string)
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, err
			}
			row[i] = b
		}
	}
	return row, nil
}

var columnName = regexp.MustCompile(`^[a-z_]+$`)

func insert(ctx context.Context, tx *sql.Tx, table string, columns []string, args []any) error {
	var statement strings.Builder
	statement.WriteString("INSERT INTO " + table + " (")
	for i, column := range columns {
		if !columnName.MatchString(column) {
			return fmt.Errorf("%q is no column", column)
		}
		if i > 0 {
			statement.WriteString(", ")
		}
		statement.WriteString(column)
	}
	statement.WriteString(") VALUES ")
	for i := range args {
		switch {
		case i == 0:
			statement.WriteString("(")
		case i%len(columns) == 0:
			statement.WriteString("), (")
		default:
			statement.WriteString(", ")
		}
		fmt.Fprintf(&statement, "$%d", i+1)
	}
	statement.WriteString(")")
	_, err := tx.ExecContext(ctx, statement.String(), args...)
	return err
}
