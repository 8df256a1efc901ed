package releases

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// What the holder of a pass is told by mail. Given is the letter with the pass; the others follow a
// change of the lift by themselves.
const (
	NewsGiven    = "given"
	NewsMoved    = "moved"
	NewsCleared  = "cleared"
	NewsCanceled = "canceled"
	NewsLifted   = "lifted" // earlier than was said
	NewsBroken   = "broken"
)

// PassNews is one thing that one holder has to be told.
type PassNews struct {
	ID, PassID, NewsroomID string
	Kind                   string
	Email, Language        string
}

// tellHolders writes down what the holders of passes in force have to be told of a change, in the
// change's own transaction: whatever becomes of the process, they are told, and of each change once.
func (c *change) tellHolders(ctx context.Context, action string, after Release) error {
	kind := holdersNews(action, c.r.Release, after)
	if kind == "" {
		return nil
	}
	return c.addPassNews(ctx, kind, `p.release_id = $2`, c.r.ID)
}

// holdersNews says what a change means to those who read a release in advance; "" for nothing.
func holdersNews(action string, before, after Release) string {
	switch {
	case before.State == StateLive || before.State == StateWithdrawn:
		return ""
	case after.State == StateWithdrawn:
		return NewsCanceled
	case before.LiftAt.Equal(after.LiftAt):
		return ""
	case after.LiftAt.IsZero():
		return NewsCleared
	case action == embargoBroken:
		return NewsBroken
	case after.State == StateLive:
		return NewsLifted
	}
	return NewsMoved
}

func (c *change) addPassNews(ctx context.Context, kind, which string, key string) error {
	rows, err := c.tx.QueryContext(ctx, `SELECT p.id FROM passes p WHERE p.revoked_at IS NULL
		AND (p.expires_at IS NULL OR p.expires_at > $1) AND `+which, c.now.UnixMilli(), key)
	if err != nil {
		return fmt.Errorf("holders of passes for %s: %w", c.r.ID, err)
	}
	ids, err := idsOf(rows)
	if err != nil {
		return fmt.Errorf("holders of passes for %s: %w", c.r.ID, err)
	}
	for _, id := range ids {
		_, err := c.tx.ExecContext(ctx, `INSERT INTO pass_news (id, pass_id, kind, at) VALUES ($1, $2, $3, $4)`, newID(), id, kind, c.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("news for pass %s: %w", id, err)
		}
	}
	return nil
}

func idsOf(rows *sql.Rows) (ids []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// News lists what has not been told yet, the oldest first.
func (p *Passes) News(ctx context.Context) ([]PassNews, error) {
	rows, err := p.desk.db.QueryContext(ctx, `SELECT w.id, w.pass_id, r.newsroom_id, w.kind, p.email, p.language FROM pass_news w
		JOIN passes p ON p.id = w.pass_id JOIN releases r ON r.id = p.release_id ORDER BY w.at, w.id LIMIT 500`)
	if err != nil {
		return nil, fmt.Errorf("news for passes: %w", err)
	}
	defer rows.Close()
	var list []PassNews
	for rows.Next() {
		var n PassNews
		if err := rows.Scan(&n.ID, &n.PassID, &n.NewsroomID, &n.Kind, &n.Email, &n.Language); err != nil {
			return nil, fmt.Errorf("news for passes: %w", err)
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// Told takes news off the list in the transaction in which its letter is written. false says that
// another has done so.
func (p *Passes) Told(ctx context.Context, tx *sql.Tx, id string) (bool, error) {
	return changedOne(tx.ExecContext(ctx, `DELETE FROM pass_news WHERE id = $1`, id))
}

// PassLetter is what a letter about a pass says, as things stand when it is written.
type PassLetter struct {
	Pass   Pass
	Token  string    // of its link
	LiftAt time.Time // zero when none is set
	Zone   string
}

// Letter finds what a letter about a pass says. ErrNotFound when the pass has been revoked since.
func (p *Passes) Letter(ctx context.Context, passID string) (PassLetter, error) {
	pass, err := p.pass(ctx, passID)
	if err != nil {
		return PassLetter{}, err
	}
	if !pass.RevokedAt.IsZero() {
		return PassLetter{}, ErrNotFound
	}
	var hash string
	if err := p.desk.db.QueryRowContext(ctx, `SELECT hash FROM passes WHERE id = $1`, passID).Scan(&hash); err != nil {
		return PassLetter{}, fmt.Errorf("pass %s: %w", passID, err)
	}
	r, err := p.desk.Release(ctx, pass.ReleaseID)
	if err != nil {
		return PassLetter{}, err
	}
	return PassLetter{Pass: pass, Token: p.Token(pass.ID, hash), LiftAt: r.LiftAt, Zone: r.Zone}, nil
}
