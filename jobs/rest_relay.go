package jobs

import (
	"context"
	"fmt"
	"time"
)

// tellRelayRests writes down which relays refuse our mail, for the desk, and forgets those that take it
// again. The relays themselves are left alone by their connections' pool.
func (e *Engine) tellRelayRests(context.Context) error {
	if !e.settings.Worker {
		return nil
	}
	if e.relayRests == nil {
		e.relayRests = map[string]time.Time{}
		if err := e.forgetRelayRests(); err != nil {
			return err
		}
	}
	told := map[string]time.Time{}
	for _, r := range e.deps.Sender.Rests() {
		told[r.Relay] = r.Until
		if !r.Until.Equal(e.relayRests[r.Relay]) {
			e.keepRest(Rest{Scope: RelayRests, Name: r.Relay, Code: code(r.Why), Reason: reason(r.Why.Text), Since: r.Since, Until: r.Until})
			e.deps.Log.Warn("a relay rests", "relay", r.Relay, "code", code(r.Why), "reason", reason(r.Why.Text), "until", r.Until)
		}
	}
	for name := range e.relayRests {
		if _, still := told[name]; !still {
			e.endRest(RelayRests, name)
		}
	}
	e.relayRests = told
	return nil
}

// forgetRelayRests ends, at the start, what a former process of this installation had found: the relay
// may have been set right meanwhile.
func (e *Engine) forgetRelayRests() error {
	if !e.settings.Alone {
		return nil
	}
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM rests WHERE scope = $1`, RelayRests)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget former rests: %w", err)
	}
	return nil
}
