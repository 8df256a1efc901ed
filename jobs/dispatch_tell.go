package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
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

// toldKinds is these, in SQL.
const toldKinds = `('` + tellDone + `', '` + tellPaused + `', '` + tellHeld + `')`

// toldData is what such a letter keeps.
func toldData(dispatchID string) string { return `{"dispatch":"` + dispatchID + `"}` }

// tell writes the letter that tells the newsroom what became of its dispatch, in the transaction that made
// it so: one change, one letter. The figures are read when it is sent. It gives the letter's reference.
func tell(ctx context.Context, tx *sql.Tx, at time.Time, kind, dispatchID string) (ref string, err error) {
	ref = newID()
	_, err = tx.ExecContext(ctx, `INSERT INTO letters
		(id, newsroom_id, kind, recipient, language, data, state, lease, free_at, attempts, doubts, losses, code, reason, created_at)
		SELECT CAST($1 AS TEXT), n.id, CAST($2 AS TEXT), CASE WHEN n.reply_to <> '' THEN n.reply_to ELSE n.email_from END, n.language,
			CAST($3 AS TEXT), 'queued', '', CAST($4 AS BIGINT), 0, 0, 0, '', '', CAST($4 AS BIGINT)
		FROM dispatches d JOIN newsrooms n ON n.id = d.newsroom_id WHERE d.id = $5`,
		ref, kind, toldData(dispatchID), millis(at), dispatchID)
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
	headline, err := e.toldHeadline(ctx, d, r, say)
	if err != nil {
		return nil, nil, err
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

// toldHeadline names the release by the text that was mailed, never by one that waits. Mail is no place
// for what is not out, nor for what was published in error.
func (e *Engine) toldHeadline(ctx context.Context, d Dispatch, r releases.Release, say words.Speaker) (string, error) {
	embargoed := r.LiftAt.IsZero() || r.LiftAt.After(e.clock.both()) || r.Canceled()
	switch {
	case embargoed:
		return say.T("mail.under_embargo"), nil
	case r.Withdrawal.InError:
		return say.T("mail.in_error"), nil
	}
	versions, err := e.deps.Desk.Versions(ctx, r.ID)
	if err != nil {
		return "", err
	}
	mailed := cmp.Or(d.Version, r.Approved)
	i := slices.IndexFunc(versions, func(v releases.Version) bool { return v.Number == mailed })
	if i < 0 {
		return say.T("mail.under_embargo"), nil
	}
	return versions[i].Text.Headline, nil
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
