package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/words"
)

// letterClaim is a letter under a lease of this engine, and a worker's side of the connection that it
// goes by. A claim marks it as sending, so that no other mark is needed.
type letterClaim struct {
	Letter
	e         *Engine
	id, lease string
	tries
	created time.Time
	message *mail.Message
	outcome *mail.Outcome
}

// sendLetter claims the letter that an entry refers to and sends it.
func (e *Engine) sendLetter(out *outlet, entry entry) {
	l, err := e.claimLetter(entry.ref)
	e.queue.ack(e.claiming, entry)
	e.ledger.set(err)
	if l == nil {
		return
	}
	if l.doubts >= mostDoubts {
		e.settleLetter(l, verdict{state: Unknown, tries: l.tries, reason: "interrupted"})
		return
	}
	now := e.clock.now()
	if rest, is := e.domains.of(l.Recipient, now); is {
		e.settleLetter(l, waitsFor(l.tries, rest, l.created, now, out.conn.Relay().Retry))
		return
	}
	l.message, err = e.writeLetter(e.sending, l)
	if errors.Is(err, releases.ErrNotFound) && isPassLetter(l.Kind) {
		e.settleLetter(l, verdict{state: Failed, tries: l.tries, reason: "revoked"})
		return
	}
	if err != nil {
		e.deps.Log.Error("write a letter", "letter", l.id, "kind", l.Kind, "error", err)
		e.settleLetter(l, verdict{state: Failed, tries: l.tries, reason: "unwritten"})
		return
	}
	relay := out.conn.Relay()
	if !e.mayLeave(relay, l.Recipient) {
		e.settleLetter(l, verdict{state: Queued, tries: l.tries, wait: time.Second})
		return
	}
	retry := relay.Retry
	out.run(l)
	if l.outcome == nil || l.outcome.Class == mail.Unbegun { // the connection failed before it began
		e.settleLetter(l, verdict{state: Queued, tries: l.tries, wait: time.Second})
		return
	}
	e.settleLetter(l, e.judgeLetter(l, *l.outcome, retry))
}

// mayLeave waits for a letter's turn by the rates of its relay and its domain, ahead of any release, but
// not for so long that it holds up the letters behind it.
func (e *Engine) mayLeave(r mail.Relay, email string) bool {
	ctx, cancel := context.WithTimeout(e.claiming, 2*time.Second)
	defer cancel()
	return e.pace.leave(ctx, r, email, true) == nil
}

func (e *Engine) judgeLetter(l *letterClaim, o mail.Outcome, retry mail.Retry) verdict {
	now, v := e.clock.now(), judge(l.tries, o, retry)
	switch o.Class {
	case mail.Sent:
		e.domainTook(l.Recipient, now)
	case mail.Policy:
		rest := e.domainRefused(l.Recipient, v, retry, now)
		rest.Code, rest.Reason = v.code, v.reason
		return waitsFor(l.tries, rest, l.created, now, retry)
	}
	return v
}

func (e *Engine) claimLetter(id string) (*letterClaim, error) {
	now := e.clock.now()
	l := &letterClaim{e: e, id: id, lease: e.id + newID()}
	var data string
	var created int64
	var found bool
	err := e.commits.do(func(ctx context.Context, tx *groupTx) error {
		err := tx.QueryRowContext(ctx, `UPDATE letters SET doubts = doubts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END,
				attempts = attempts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END, state = 'sending', lease = $1, free_at = $2
			WHERE id = $3 AND state IN ('queued', 'sending') AND free_at <= $4
			RETURNING newsroom_id, kind, recipient, language, data, attempts, doubts, losses, created_at`,
			l.lease, millis(now.Add(letterLease)), id, millis(now)).
			Scan(&l.NewsroomID, &l.Kind, &l.Recipient, &l.Language, &data, &l.attempts, &l.doubts, &l.losses, &created)
		found = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	l.created = instant(&created)
	if err := json.Unmarshal([]byte(data), &l.Data); err != nil {
		return nil, fmt.Errorf("data of letter %s: %w", id, err)
	}
	return l, nil
}

// letterLease is longer than a relay may take over one message, since it isn't renewed.
const letterLease = 2 * time.Minute

// writeLetter renders the letter with the links that only now are made.
func (e *Engine) writeLetter(ctx context.Context, l *letterClaim) (*mail.Message, error) {
	newsroom, err := e.deps.Desk.Newsroom(ctx, l.NewsroomID)
	if err != nil {
		return nil, fmt.Errorf("newsroom %s: %w", l.NewsroomID, err)
	}
	say := e.deps.Words.In(l.Language)
	link, args, err := e.letterLink(ctx, l.Letter, say)
	if err != nil {
		return nil, err
	}
	from, domain, err := mail.Envelope(newsroom.EmailFrom)
	if err != nil {
		return nil, err
	}
	to, _, err := mail.Envelope(l.Recipient)
	if err != nil {
		return nil, err
	}
	letter := mail.Letter{
		Newsroom: newsroom, To: to, Kind: l.Kind, Link: link, Args: args, Date: l.created,
		MessageID: mail.MessageID(l.id, "1", "letter", domain),
	}
	if isTold(l.Kind) {
		if letter.Args, letter.Facts, err = e.told(ctx, l.Letter, say); err != nil {
			return nil, err
		}
	}
	data, err := mail.RenderLetter(letter, say)
	return &mail.Message{ID: l.id, From: from, To: to, Data: data}, err
}

// letterLink is where a letter leads, and for those that say more, what that is.
func (e *Engine) letterLink(ctx context.Context, l Letter, say words.Speaker) (link string, args map[string]any, err error) {
	if isPassLetter(l.Kind) {
		return e.passWords(ctx, l, say)
	}
	switch l.Kind {
	case "confirm":
		return e.settings.BaseURL + "/confirm/" + e.deps.Subscribers.ConfirmToken(l.Data["subscriber"]), nil, nil
	case "already_subscribed":
		return e.settings.BaseURL + "/unsubscribe/" + e.deps.Subscribers.UnsubscribeToken(l.Data["subscriber"]), nil, nil
	case tellDone, tellPaused, tellHeld:
		return e.settings.BaseURL + "/desk/dispatches/" + l.Data["dispatch"], nil, nil
	}
	if isAlarm(l.Kind) {
		return e.settings.BaseURL + "/desk/releases/" + l.Data["release"], nil, nil
	}
	return "", nil, fmt.Errorf("no letter of kind %q is known", l.Kind)
}

// settleLetter writes what became of it.
func (e *Engine) settleLetter(l *letterClaim, v verdict) {
	now := e.clock.now()
	state, sent := v.state, sql.NullInt64{Int64: millis(now), Valid: v.state == Sent}
	if state == Deferred {
		state = Queued
	}
	due := now.Add(v.wait)
	if !v.next.IsZero() {
		due = v.next
	}
	e.commits.keepWrite(func(ctx context.Context, tx *groupTx) error {
		_, err := tx.ExecContext(ctx, `UPDATE letters SET state = $1, lease = '', free_at = $2, attempts = $3, doubts = $4, losses = $5, code = $6, reason = $7, sent_at = $8
			WHERE id = $9 AND lease = $10`, state, millis(due), v.attempts, v.doubts, v.losses, v.code, v.reason, sent, l.id, l.lease)
		return err
	})
}

// Next gives the letter once.
func (l *letterClaim) Next(context.Context) (*mail.Message, bool) {
	m := l.message
	l.message = nil
	return m, m != nil
}

// Mark has nothing to do.
func (l *letterClaim) Mark(*mail.Message) mail.Mark { return mail.NoMark }

// Done keeps the outcome for sendLetter.
func (l *letterClaim) Done(_ *mail.Message, o mail.Outcome) { l.outcome = &o }
