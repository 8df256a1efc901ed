package jobs

import (
	"fmt"
	"strings"
	"testing"

	"dateline/server/database/dbtest"
)

// Autovacuum may tell Postgres at any time, as in the middle of a fan-out, how large the ledger is. Marks and
// outcomes must be written by its indexes then, too: not by going through all of it at each commit.
func TestBulk_OnceItsTablesAreAnalysed_WalksTheirIndexes(t *testing.T) {
	db := dbtest.Postgres(t)
	for _, statement := range []string{
		`ALTER TABLE deliveries DROP CONSTRAINT deliveries_dispatch_id_fkey`,
		`ALTER TABLE batches DROP CONSTRAINT batches_dispatch_id_fkey`,
		`INSERT INTO deliveries (dispatch_id, seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at)
			SELECT 'd', n, 's' || n, n || '@example.org', '', 'sv', 'queued', 0, 0, 0, '', '', 0, 0 FROM generate_series(0, 19999) AS n`,
		`INSERT INTO batches (dispatch_id, number, state, lease, free_at, claimed_at, mark, queued, sent, deferred, failed, excluded, unknown, retried)
			SELECT 'd', n, 'leased', 'l' || n, 0, 0, -1, 500, 0, 0, 0, 0, 0, 0 FROM generate_series(0, 39) AS n`,
		`ANALYZE deliveries`, `ANALYZE batches`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range map[string]bulkStatement{"marks": writeMarks, "outcomes": writeOutcomes} {
		const rows = 8
		nothing := make([]any, rows*len(s.types))
		plan, err := texts(db.QueryContext(t.Context(), `EXPLAIN `+fmt.Sprintf(s.text, places(s.types, rows)), nothing...))
		if err != nil {
			t.Fatal(err)
		}
		if how := strings.Join(plan, "\n"); !strings.Contains(how, "Index Scan") || strings.Contains(how, "Seq Scan") {
			t.Errorf("%s are written so:\n%s", name, how)
		}
	}
}
