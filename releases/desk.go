package releases

import (
	"database/sql"
	"time"

	"dateline/releases/vault"
)

// Desk reads and changes everything. Its callers have established who asks and what they may do.
// Every change is a guarded update with its row of history in the same transaction; one that finds
// the release in another state returns *Conflict.
type Desk struct {
	db   *sql.DB
	keys *vault.Keys
	now  func() time.Time

	watch func()
}

// NewDesk works on db, whose texts keys seals and opens, with now as its clock.
func NewDesk(db *sql.DB, keys *vault.Keys, now func() time.Time) *Desk {
	return &Desk{db: db, keys: keys, now: now, watch: func() {}}
}
