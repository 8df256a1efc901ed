package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/words"
)

// The letters that tell a newsroom of its dispatches.
const (
	tellDone   = "dispatch_done"
	tellPaused = "dispatch_paused"
	tellHeld   = "dispatch_held"
)

// tell writes the letter that tells the newsroom what became of its dispatch, in the transaction that made
// it so: one change, one letter. The figures are read when it is sent. It gives the letter's reference.
func tell(ctx context.Context, tx *sql.Tx, at time.Time, kind, dispatchID string) (ref string, err error) {
	ref = newID()
	_, err = tx.ExecContext(ctx, `INSERT INTO letters
		(id, newsroom_id, kind, recipient, language, data, state, lease, free_at, doubts, attempts, code, reason, created_at)
		SELECT CAST($1 AS TEXT), n.id, CAST($2 AS TEXT), CASE WHEN n.reply_to <> '' THEN n.reply_to ELSE n.email_from END, n.language,
			CAST($3 AS TEXT), 'queued', '', CAST($4 AS BIGINT), 0, 0, '', '', CAST($4 AS BIGINT)
		FROM dispatches d JOIN newsrooms n ON n.id = d.newsroom_id WHERE d.id = $5`,
		ref, kind, `{"dispatch":"`+dispatchID+`"}`, millis(at), dispatchID)
	if err != nil {
		return "", fmt.Errorf("tell %s: %w", kind, err)
	}
	return ref, nil
}

// isTold says whether a kind of letter tells of a dispatch.
func isTold(kind string) bool { return kind == tellDone || kind == tellPaused || kind == tellHeld }

// told is what a letter says of a dispatch, as it stands when the letter is sent.
func (e *Engine) told(ctx context.Context, l Letter, say words.Speaker) (args map[string]any, facts []mail.Fact, err error) {
	d, err := NewLedger(e.deps.DB, e.clock.now).Dispatch(ctx, l.Data["dispatch"])
	if err != nil {
		return nil, nil, err
	}
	r, err := e.deps.Desk.Release(ctx, d.ReleaseID)
	if err != nil {
		return nil, nil, err
	}
	headline := r.Text.Headline
	if r.LiftAt.IsZero() || r.LiftAt.After(e.clock.both()) { // mail is no place for it yet
		headline = say.T("mail.under_embargo")
	}
	count := d.Sent // the one that chooses between one and many
	if l.Kind == tellHeld {
		count = d.Queued + d.Deferred
	}
	args = map[string]any{
		"Headline": headline, "Count": count, "Sent": d.Sent, "Failed": d.Failed, "Left": d.Queued + d.Deferred,
		"Limit": say.Duration(e.settings.LateLimit), "Lift": say.Time(r.LiftAt, r.Zone),
	}
	return args, dispatchFacts(d, r, headline, say), nil
}

// dispatchFacts are the figures of a dispatch; of those that are usually nothing, only what there is.
func dispatchFacts(d Dispatch, r releases.Release, headline string, say words.Speaker) (facts []mail.Fact) {
	add := func(label, value string) {
		facts = append(facts, mail.Fact{Label: say.T("mail.fact_" + label), Value: value})
	}
	few := func(label string, n int) {
		if n > 0 {
			add(label, say.Number(n))
		}
	}
	add("release", headline)
	add("kind", say.T("mail.kind_"+d.Kind))
	add("audience", say.Number(d.Audience))
	add("sent", say.Number(d.Sent))
	few("waiting", d.Queued+d.Sending)
	few("deferred", d.Deferred)
	few("failed", d.Failed)
	few("excluded", d.Excluded)
	few("unknown", d.Unknown)
	if !d.StartedAt.IsZero() {
		add("started", say.Time(d.StartedAt, r.Zone))
	}
	if !d.FirstSentAt.IsZero() {
		add("took", say.Duration(max(d.LastSentAt.Sub(d.FirstSentAt), time.Second)))
	}
	return facts
}
