package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// What can rest.
const (
	RelayRests  = "relay"
	DomainRests = "domain" // of recipients
)

// Rest is a relay or a recipient domain that isn't given mail for a while because it refuses ours. What
// is meant for it waits, and nobody's tries are used up.
type Rest struct {
	Scope  string // RelayRests or DomainRests
	Name   string // smtp.example.se:587; example.net
	Code   string // of the latest refusal: "550 5.7.1"
	Reason string // its words
	Since  time.Time
	Until  time.Time // when it is tried again

	strikes int // how often it has refused since
}

// Rests lists what rests now, relays first.
func (l *Ledger) Rests(ctx context.Context) ([]Rest, error) {
	list, err := readRests(l.db.QueryContext(ctx, selectRests+` WHERE until > $1 ORDER BY scope DESC, name`, millis(l.now())))
	if err != nil {
		return nil, fmt.Errorf("list rests: %w", err)
	}
	return list, nil
}

// RestsOf lists what rests now and may hold up a dispatch: nothing does unless it is sending and somebody
// still waits.
func (l *Ledger) RestsOf(ctx context.Context, d Dispatch) ([]Rest, error) {
	if d.State != Sending || d.Queued+d.Sending+d.Deferred == 0 {
		return nil, nil
	}
	return l.Rests(ctx)
}

const selectRests = `SELECT scope, name, code, reason, since, until, strikes FROM rests`

func readRests(rows *sql.Rows, err error) (list []Rest, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Rest
		var since, until int64
		if err := rows.Scan(&r.Scope, &r.Name, &r.Code, &r.Reason, &since, &until, &r.strikes); err != nil {
			return nil, err
		}
		r.Since, r.Until = instant(&since), instant(&until)
		list = append(list, r)
	}
	return list, rows.Err()
}

// keepRest writes a rest down for the other processes and the desk.
func (e *Engine) keepRest(r Rest) {
	e.commits.keepWrite(func(ctx context.Context, tx *groupTx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO rests (scope, name, code, reason, since, until, strikes) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (scope, name) DO UPDATE SET code = excluded.code, reason = excluded.reason, since = excluded.since,
				until = excluded.until, strikes = excluded.strikes WHERE rests.until < excluded.until`,
			r.Scope, r.Name, r.Code, r.Reason, millis(r.Since), millis(r.Until), r.strikes)
		return err
	})
}

func (e *Engine) endRest(scope, name string) {
	e.commits.keepWrite(func(ctx context.Context, tx *groupTx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM rests WHERE scope = $1 AND name = $2`, scope, name)
		return err
	})
}
