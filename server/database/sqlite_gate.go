package database

import (
	"context"
	"database/sql/driver"
	"sync"

	"golang.org/x/sync/semaphore"
	"modernc.org/sqlite"
)

// SQLite has one writer at a time, and lets whoever waits try again by chance: while many write, one of
// them may wait for seconds that others pass by. Here they stand in line, whoever came first first. The
// lock of the file itself is only ever waited for when another process holds it. A query is taken for
// reading: one that writes and returns rows belongs in a transaction, which stands in line.

// gates are by the file's path: several pools may be open to one file.
var gates sync.Map // of *semaphore.Weighted

// sqliteConnector makes connections that wait at the gate of their file before they write.
type sqliteConnector struct {
	driver *sqlite.Driver
	dsn    string
	gate   *semaphore.Weighted
}

func newSQLiteConnector(path, dsn string) *sqliteConnector {
	gate, _ := gates.LoadOrStore(path, semaphore.NewWeighted(1))
	return &sqliteConnector{driver: &sqlite.Driver{}, dsn: dsn, gate: gate.(*semaphore.Weighted)}
}

func (c *sqliteConnector) Driver() driver.Driver { return c.driver }

func (c *sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return &gatedConn{sqliteConn: conn.(sqliteConn), gate: c.gate}, nil
}

// sqliteConn is all that the driver's connections can do for database/sql.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type gatedConn struct {
	sqliteConn
	gate  *semaphore.Weighted
	began bool // a transaction, which has passed the gate if it writes
}

func (c *gatedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	leave := func() {}
	if !opts.ReadOnly {
		if err := c.gate.Acquire(ctx, 1); err != nil {
			return nil, err
		}
		leave = func() { c.gate.Release(1) }
	}
	tx, err := c.sqliteConn.BeginTx(ctx, opts)
	if err != nil {
		leave()
		return nil, err
	}
	c.began = true
	return &gatedTx{Tx: tx, end: func() { c.began = false; leave() }}, nil
}

// ExecContext outside a transaction is a transaction of its own.
func (c *gatedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !c.began {
		if err := c.gate.Acquire(ctx, 1); err != nil {
			return nil, err
		}
		defer c.gate.Release(1)
	}
	return c.sqliteConn.ExecContext(ctx, query, args)
}

// gatedTx ends whatever comes of it: database/sql calls one of the two, once.
type gatedTx struct {
	driver.Tx
	end func()
}

func (t *gatedTx) Commit() error {
	defer t.end()
	return t.Tx.Commit()
}

func (t *gatedTx) Rollback() error {
	defer t.end()
	return t.Tx.Rollback()
}
