package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"dateline/releases"
	"dateline/releases/words"
)

// Passes is what the engine asks about embargo passes. *releases.Passes is one.
type Passes interface {
	News(ctx context.Context) ([]releases.PassNews, error)
	Told(ctx context.Context, tx *sql.Tx, id string) (bool, error)
	Letter(ctx context.Context, passID string) (releases.PassLetter, error)
	Token(id, hash string) string
}

// passLetter is how the kinds of letters to holders of passes begin; what they have to be told follows.
const passLetter = "pass_"

// tellHolders makes letters of what the holders of passes have to be told. News is taken off its list in
// the transaction that writes its letter, so that each is told once whatever happens in between.
func (e *Engine) tellHolders(ctx context.Context) error {
	list, err := e.deps.Passes.News(ctx)
	if err != nil {
		return err
	}
	for _, news := range list {
		data, err := json.Marshal(map[string]string{"pass": news.PassID})
		if err != nil {
			return fmt.Errorf("tell holder of pass %s: %w", news.PassID, err)
		}
		id, now := newID(), millis(e.clock.now())
		var mine bool
		err = e.commits.do(func(ctx context.Context, tx *groupTx) (err error) {
			if mine, err = e.deps.Passes.Told(ctx, tx.Tx, news.ID); err != nil || !mine {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO letters
				(id, newsroom_id, kind, recipient, language, data, state, lease, free_at, attempts, doubts, losses, code, reason, created_at)
				VALUES ($1, $2, $3, $4, $5, $6, 'queued', '', $7, 0, 0, 0, '', '', $7)`,
				id, news.NewsroomID, passLetter+news.Kind, news.Email, news.Language, string(data), now)
			return err
		})
		if err != nil {
			return fmt.Errorf("tell holder of pass %s: %w", news.PassID, err)
		}
		if mine {
			e.queue.announce(laneNow, id)
		}
	}
	return nil
}

// passWords is what a letter says to the holder of a pass, as things stand when it is sent. It says
// nothing of the release: mail is no place for that yet.
func (e *Engine) passWords(ctx context.Context, l Letter, say words.Speaker) (link string, args map[string]any, err error) {
	told, err := e.deps.Passes.Letter(ctx, l.Data["pass"])
	if err != nil {
		return "", nil, err
	}
	args = map[string]any{"Name": told.Pass.Name, "Outlet": told.Pass.Outlet, "Lift": say.LongTime(told.LiftAt, told.Zone)}
	link = e.settings.BaseURL + "/pass/" + told.Token
	if l.Kind == passLetter+releases.NewsCanceled {
		link = e.settings.BaseURL + "/"
	}
	return link, args, nil
}

func isPassLetter(kind string) bool { return strings.HasPrefix(kind, passLetter) }
