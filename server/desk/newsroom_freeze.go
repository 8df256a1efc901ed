package desk

import (
	"context"
	"database/sql"

	"dateline/releases"
)

// freezeNewsroom freezes the newsroom and signs everyone else out; whoever froze it can thaw it.
func freezeNewsroom(r *request) error {
	return r.stopNewsroom("desk.told_frozen", func(reason string) (releases.Newsroom, error) {
		return r.deps.Releases.Freeze(r.ctx(), r.actor(), r.newsroom.ID, reason, func(ctx context.Context, tx *sql.Tx) error {
			return r.deps.Auth.EndSessions(ctx, tx, r.actor(), r.c.Cookies(r.cookie))
		})
	})
}

func thawNewsroom(r *request) error {
	return r.stopNewsroom("desk.told_thawed", func(reason string) (releases.Newsroom, error) {
		return r.deps.Releases.Thaw(r.ctx(), r.actor(), r.newsroom.ID, reason)
	})
}

func (r *request) stopNewsroom(done string, do func(reason string) (releases.Newsroom, error)) error {
	typed := r.typed()
	_, err := do(typed.Get("reason"))
	if p, again := r.wrongInput(err); again {
		return r.settingsPage(p.Status, settingsPage{}, settings{frozen: typed, problem: p})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: done})
	return r.redirect("/desk/settings")
}
