package releases

import (
	"database/sql"
	"time"
)

// Desk reads and changes everything. Its callers have established who asks and what they may do.
// Every change is a guarded update with its row of history in the same transaction; one that finds
// the release in another state returns *Conflict.
type Desk struct {
	db  *sql.DB
	now func() time.Time
}

// NewDesk works on db, with now as its clock.
func NewDesk(db *sql.DB, now func() time.Time) *Desk { return &Desk{db: db, now: now} }
