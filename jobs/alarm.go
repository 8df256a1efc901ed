package jobs

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/history"
)

// The alarms. Each is the kind of a letter to every admin, too.
const (
	AlarmOverdue = "alarm_overdue" // the mail of a lift has not begun in time
	AlarmLeak    = "alarm_leak"    // a stranger could tell that an embargoed release is there
)

// isAlarm says whether a kind of letter is an alarm, whose data name a release.
func isAlarm(kind string) bool { return kind == AlarmOverdue || kind == AlarmLeak }

// Alarm tells every admin by mail that something is wrong with a release, once for each alarm and
// release whichever process finds it first, and writes so into the history.
func (e *Engine) Alarm(ctx context.Context, kind, releaseID string) error {
	admins, err := e.deps.Admins(ctx)
	if err != nil {
		return fmt.Errorf("admins to alarm: %w", err)
	}
	refs, err := e.alarm(ctx, kind, releaseID, admins)
	if err != nil {
		return fmt.Errorf("%s of %s: %w", kind, releaseID, err)
	}
	if len(refs) > 0 {
		e.queue.announce(laneNow, refs...)
	}
	return nil
}

func (e *Engine) alarm(ctx context.Context, kind, releaseID string, admins []string) (refs []string, err error) {
	tx, err := e.deps.DB.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	now := e.clock.now()
	var newsroom, language string
	err = tx.QueryRowContext(ctx, `INSERT INTO alarms (kind, release_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
		RETURNING (SELECT r.newsroom_id FROM releases r WHERE r.id = release_id),
			(SELECT n.language FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id WHERE r.id = release_id)`,
		kind, releaseID, millis(now)).Scan(&newsroom, &language)
	if err == sql.ErrNoRows {
		return nil, nil // it was raised before
	}
	if err != nil {
		return nil, err
	}
	for _, admin := range admins {
		ref := newID()
		_, err := tx.ExecContext(ctx, `INSERT INTO letters
			(id, newsroom_id, kind, recipient, language, data, state, lease, free_at, attempts, doubts, losses, code, reason, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, 'queued', '', $7, 0, 0, 0, '', '', $7)`,
			ref, newsroom, kind, admin, language, `{"release":"`+releaseID+`"}`, millis(now))
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	err = history.Record(ctx, tx, now, history.System, history.Event{NewsroomID: newsroom, Subject: releaseID, Action: "release." + kind})
	if err != nil {
		return nil, err
	}
	return refs, tx.Commit()
}

// alarmOverdue raises the alarm for every lift whose mail should have begun.
func (e *Engine) alarmOverdue(ctx context.Context) error {
	late, err := e.overdue(ctx)
	if err != nil {
		return err
	}
	for _, id := range late {
		if err := e.Alarm(ctx, AlarmOverdue, id); err != nil {
			return err
		}
	}
	return nil
}
