package jobs

import (
	"context"
	"encoding/json"
	"fmt"
)

// Letter is a single mail outside a dispatch.
type Letter struct {
	NewsroomID string
	Kind       string // "confirm", "already_subscribed", "dispatch_done", ...
	Recipient  string // an address or a mailbox
	Language   string
	Data       map[string]string // ids only; links and tokens are made when it is sent
}

// Post writes a letter down and wakes a worker; it goes by the lane "now", past any fan-out. It
// returns once the letter is in SQL, with Redis reachable or not.
func (e *Engine) Post(ctx context.Context, l Letter) error {
	data, err := json.Marshal(l.Data)
	if err != nil {
		return fmt.Errorf("post %s letter: %w", l.Kind, err)
	}
	id, now := newID(), millis(e.clock.now())
	_, err = e.deps.DB.ExecContext(ctx, `INSERT INTO letters
		(id, newsroom_id, kind, recipient, language, data, state, lease, free_at, attempts, doubts, losses, code, reason, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'queued', '', $7, 0, 0, 0, '', '', $7)`,
		id, l.NewsroomID, l.Kind, l.Recipient, l.Language, string(data), now)
	if err != nil {
		return fmt.Errorf("post %s letter: %w", l.Kind, err)
	}
	e.queue.announce(laneNow, id)
	return nil
}
