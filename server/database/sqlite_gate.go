package database

import (
	"context"
	"database/sql/driver"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"modernc.org/sqlite"
)

// SQLite has one writer at a time, and lets whoever waits try again by chance: while many write, one of
// them may wait for seconds that others pass by. Here they stand in line, whoever came first first. The
// lock of the file itself is only ever waited for when another process holds it. A query is taken for
// reading: one that writes and returns rows belongs in a transaction, which stands in line.

// gates are by the file's path: several pools may be open to one file.
var gates sync.Map // of *gate

// gate lets one writer in at a time.
type gate struct {
	line    *semaphore.Weighted
	longest atomic.Int64 // nanoseconds that one of them stayed
}

func gateOf(path string) *gate {
	g, _ := gates.LoadOrStore(path, &gate{line: semaphore.NewWeighted(1)})
	return g.(*gate)
}

// enter waits for its turn. leave ends it.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	if err := g.line.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	began := time.Now()
	return func() {
		if stayed := int64(time.Since(began)); stayed > g.longest.Load() { // nobody else is in
			g.longest.Store(stayed)
		}
		g.line.Release(1)
	}, nil
}

// LongestWrite is the longest that one writer of this process has kept the others of an SQLite file waiting
// since it was last asked for. With Postgres, which has no such line, it is 0.
func LongestWrite(address string) time.Duration {
	if IsPostgres(address) {
		return 0
	}
	return time.Duration(gateOf(address).longest.Swap(0))
}

// sqliteConnector makes connections that wait at the gate of their file before they write.
type sqliteConnector struct {
	driver *sqlite.Driver
	dsn    string
	gate   *gate
}

func newSQLiteConnector(path, dsn string) *sqliteConnector {
	return &sqliteConnector{driver: &sqlite.Driver{}, dsn: dsn, gate: gateOf(path)}
}

func (c *sqliteConnector) Driver() driver.Driver { return c.driver }

func (c *sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return &gatedConn{sqliteConn: conn.(sqliteConn), gate: c.gate, kept: map[string]*keptStmt{}}, nil
}

// sqliteConn is what the driver's connections can do for database/sql, without what runs a statement that
// isn't prepared.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type gatedConn struct {
	sqliteConn
	gate  *gate
	began bool                 // a transaction, which has passed the gate if it writes
	kept  map[string]*keptStmt // prepared and not in use, by text
}

func (c *gatedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	leave := func() {}
	if !opts.ReadOnly {
		var err error
		if leave, err = c.gate.enter(ctx); err != nil {
			return nil, err
		}
	}
	tx, err := c.sqliteConn.BeginTx(ctx, opts)
	if err != nil {
		leave()
		return nil, err
	}
	c.began = true
	return &gatedTx{Tx: tx, end: func() { c.began = false; leave() }}, nil
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
