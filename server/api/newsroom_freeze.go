package api

import (
	"context"
	"database/sql"
)

func (a *api) freezeNewsroom(ctx context.Context, in *struct {
	ByNewsroom
	Body reason
}) (*answer[newsroom], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	n, err = a.Releases.Freeze(ctx, actor(ctx), n.ID, in.Body.Reason, func(ctx context.Context, tx *sql.Tx) error {
		return a.Auth.EndSessions(ctx, tx, actor(ctx), "")
	})
	if err != nil {
		return nil, err
	}
	a.Engine.Wake()
	return &answer[newsroom]{a.showNewsroom(n)}, nil
}

func (a *api) thawNewsroom(ctx context.Context, in *struct {
	ByNewsroom
	Body reason
}) (*answer[newsroom], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	if n, err = a.Releases.Thaw(ctx, actor(ctx), n.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	a.Engine.Wake()
	return &answer[newsroom]{a.showNewsroom(n)}, nil
}
