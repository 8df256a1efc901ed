package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"dateline/server/database"
)

// Statements about the server's databases go over one connection that is kept: to make one takes the server
// longer than to copy a database. It is made outside the tests, since what belongs to the bubble of one
// (testing/synctest) can't be used in another.
var (
	turn     sync.Mutex
	orders   = make(chan string)
	outcomes = make(chan error)
)

func init() { go carryOut() }

// administer carries out a statement about the server's databases.
func administer(statement string) error {
	turn.Lock()
	defer turn.Unlock()
	orders <- statement
	return <-outcomes
}

func carryOut() {
	connected := sync.OnceValues(connect)
	for statement := range orders {
		server, err := connected()
		if err == nil {
			_, err = server.Exec(statement)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", statement, err)
		}
		outcomes <- err
	}
}

func connect() (*sql.DB, error) {
	address, err := onServer("")
	if err != nil {
		return nil, err
	}
	server, err := database.Open(context.Background(), address)
	if err != nil {
		return nil, fmt.Errorf("TEST_POSTGRES: %w", err)
	}
	return server, nil
}
