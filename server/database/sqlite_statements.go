package database

import (
	"context"
	"database/sql/driver"
	"errors"
)

// SQLite takes longer to parse and plan most statements than to run them. A connection keeps those that it
// has prepared, by their text, for the next time.

// mostKept is how many statements a connection keeps, of some kilobytes each.
const mostKept = 64

// sqliteStmt is all that the driver's statements can do for database/sql.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptStmt is one that goes back to its connection when it is closed.
type keptStmt struct {
	sqliteStmt
	conn *gatedConn
	text string
}

// PrepareContext is what database/sql calls for every statement, since nothing else is offered. One that is
// in use is nobody else's, so that it may be asked again while its rows are being read.
func (c *gatedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if kept, is := c.kept[text]; is {
		delete(c.kept, text)
		return kept, nil
	}
	stmt, err := c.sqliteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &keptStmt{sqliteStmt: stmt.(sqliteStmt), conn: c, text: text}, nil
}

// ExecContext outside a transaction is a transaction of its own.
func (s *keptStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if !s.conn.began {
		leave, err := s.conn.gate.enter(ctx)
		if err != nil {
			return nil, err
		}
		defer leave()
	}
	return s.sqliteStmt.ExecContext(ctx, args)
}

// Close keeps it, in place of any other where there are too many.
func (s *keptStmt) Close() error {
	c := s.conn
	if _, is := c.kept[s.text]; is {
		return s.sqliteStmt.Close()
	}
	var err error
	if len(c.kept) == mostKept {
		for text, other := range c.kept {
			delete(c.kept, text)
			err = other.sqliteStmt.Close()
			break
		}
	}
	c.kept[s.text] = s
	return err
}

func (c *gatedConn) Close() error {
	var errs []error
	for _, kept := range c.kept {
		errs = append(errs, kept.sqliteStmt.Close())
	}
	clear(c.kept)
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}
