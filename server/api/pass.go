package api

import (
	"context"
	"errors"
	"net/http"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"
)

// pass is one person's right to read a release before its lift. Its link is in the letter alone.
type pass struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Outlet     string  `json:"outlet"`
	Email      string  `json:"email"`
	Language   string  `json:"language" doc:"Of its letters and terms"`
	CreatedBy  string  `json:"created_by"`
	CreatedAt  instant `json:"created_at"`
	ExpiresAt  instant `json:"expires_at" doc:"null: with the lift"`
	AcceptedAt instant `json:"accepted_at" doc:"When the terms were first accepted; null until then"`
	RevokedAt  instant `json:"revoked_at"`
}

// PassIn is what a program gives of a pass.
type PassIn struct {
	Name      string `json:"name,omitempty"`
	Outlet    string `json:"outlet,omitempty"`
	Email     string `json:"email,omitempty"`
	Language  string `json:"language,omitempty" doc:"BCP 47; default: the newsroom's"`
	ExpiresAt string `json:"expires_at,omitempty" doc:"Local time in the release's zone, or RFC 3339 with an offset; default: with the lift"`
}

// opening is one time that a pass was used.
type opening struct {
	At   instant `json:"at"`
	From string  `json:"from" doc:"Network address"`
	What string  `json:"what" doc:"terms, accept, text, or the id of a file"`
}

// ByPass is the part of a path that names a pass of a release.
type ByPass struct {
	ByRelease
	Pass string `path:"pass" doc:"The pass's id"`
}

// reason is why something is done.
type reason struct {
	Reason string `json:"reason,omitempty" doc:"Kept in the history"`
}

func (a *api) registerPasses() {
	register(a, route{auth.Approver, "POST", "/releases/{release}/passes", "givePass", "Give a person a pass to read a release before its lift, and mail it", http.StatusCreated}, a.givePass)
	register(a, route{auth.Approver, "GET", "/releases/{release}/passes", "listPasses", "List the passes of a release, the first given first", 0}, a.listPasses)
	register(a, route{auth.Approver, "DELETE", "/releases/{release}/passes/{pass}", "revokePass", "Revoke a pass, from the next request on", http.StatusNoContent}, a.revokePass)
	register(a, route{auth.Approver, "GET", "/releases/{release}/passes/{pass}/openings", "listOpenings", "List every use of a pass, the first first", 0}, a.listOpenings)
	register(a, route{auth.Approver, "POST", "/releases/{release}/advance-copy", "sendAdvanceCopy", "Mail the approved text before the lift to everyone whose pass is in force and accepted, and who has not been sent that version", http.StatusCreated}, a.sendAdvanceCopy)
	register(a, route{auth.Approver, "POST", "/releases/{release}/embargo-broken", "breakEmbargo", "Lift a release for everyone now, since its embargo has been broken", 0}, a.breakEmbargo)
}

func (a *api) givePass(ctx context.Context, in *struct {
	ByRelease
	Body PassIn
}) (*created[pass], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	given, err := a.Passes.Give(ctx, actor(ctx), r.ID, releases.PassInput(in.Body))
	if err != nil {
		return nil, err
	}
	a.Engine.Wake()
	return &created[pass]{Root + "/releases/" + r.ID + "/passes/" + given.ID, showPass(given)}, nil
}

func (a *api) listPasses(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[pass]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	all, err := a.Passes.Of(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := cut(all, in.Paging, func(p releases.Pass) string { return p.ID })
	if err != nil {
		return nil, err
	}
	return listed(items, next, showPass), nil
}

func (a *api) revokePass(ctx context.Context, in *ByPass) (*struct{}, error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	return nil, a.Passes.Revoke(ctx, actor(ctx), r.ID, in.Pass)
}

func (a *api) listOpenings(ctx context.Context, in *struct {
	ByPass
	Paging
}) (*answer[page[opening]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	p, err := a.Passes.Pass(ctx, r.ID, in.Pass)
	if err != nil {
		return nil, err
	}
	all, err := a.Passes.Openings(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := cut(all, in.Paging, func(o releases.Opening) string { return o.ID })
	if err != nil {
		return nil, err
	}
	return listed(items, next, func(o releases.Opening) opening { return opening{instant{o.At}, o.From, o.What} }), nil
}

func (a *api) breakEmbargo(ctx context.Context, in *struct {
	ByRelease
	Body reason
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		return a.Releases.BreakEmbargo(ctx, actor(ctx), r.ID, in.Body.Reason)
	})
}

func showPass(p releases.Pass) pass {
	return pass{
		ID: p.ID, Name: p.Name, Outlet: p.Outlet, Email: p.Email, Language: p.Language, CreatedBy: p.CreatedBy, CreatedAt: instant{p.CreatedAt},
		ExpiresAt: instant{p.ExpiresAt}, AcceptedAt: instant{p.AcceptedAt}, RevokedAt: instant{p.RevokedAt},
	}
}

func (a *api) sendAdvanceCopy(ctx context.Context, in *ByRelease) (*created[Dispatch], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	d, err := a.Ledger.SendAdvance(ctx, actor(ctx), r.ID)
	if errors.Is(err, jobs.ErrConflict) {
		return nil, newProblem(http.StatusConflict, asks(ctx).say.T("conflict.advance"))
	}
	if err != nil {
		return nil, err
	}
	a.Engine.Wake()
	return &created[Dispatch]{Root + "/dispatches/" + d.ID, showDispatch(d)}, nil
}
