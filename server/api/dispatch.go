package api

import (
	"context"
	"errors"
	"net/http"

	"dateline/jobs"
	"dateline/releases/history"
	"dateline/server/auth"
)

// Dispatch is one mailing and where its deliveries stand. It is exported so that what embeds it is described whole.
type Dispatch struct {
	ID             string  `json:"id"`
	ReleaseID      string  `json:"release_id"`
	Version        int     `json:"version" doc:"The version that is mailed; 0 until the lift"`
	Kind           string  `json:"kind" enum:"release,advance,correction,withdrawal"`
	State          string  `json:"state" enum:"staging,staged,sending,paused,held,stopping,stopped,done,canceled"`
	Braked         bool    `json:"braked" doc:"Paused by itself, since most recipients were refused"`
	Audience       int     `json:"audience" doc:"The sum of queued to unknown"`
	Queued         int     `json:"queued"`
	Sending        int     `json:"sending"`
	Sent           int     `json:"sent"`
	Deferred       int     `json:"deferred" doc:"Refused for now; tried again"`
	Failed         int     `json:"failed" doc:"Refused for good"`
	Excluded       int     `json:"excluded" doc:"Left, or must not be mailed, since the audience was frozen"`
	Unknown        int     `json:"unknown" doc:"In doubt whether a relay took it, and not sent again"`
	UnknownRetried int     `json:"unknown_retried" doc:"How many were in doubt once, whatever became of them"`
	CreatedAt      instant `json:"created_at"`
	StartedAt      instant `json:"started_at"`
	FirstSentAt    instant `json:"first_sent_at"`
	LastSentAt     instant `json:"last_sent_at"`
	DoneAt         instant `json:"done_at"`
}

// oneDispatch is a dispatch read by itself, with what holds it up.
type oneDispatch struct {
	Dispatch
	Rests []rest `json:"rests" nullable:"false" doc:"What is left in peace for a while because it refuses our mail; none unless the dispatch is sending and somebody waits"`
}

// rest is a relay or a recipient domain that rests.
type rest struct {
	Scope  string  `json:"scope" enum:"relay,domain" doc:"A mail server of ours, or a domain of recipients"`
	Name   string  `json:"name" doc:"smtp.example.org:587; example.net"`
	Code   string  `json:"code" doc:"Its latest refusal, such as 550 5.7.1"`
	Reason string  `json:"reason" doc:"The words of that refusal"`
	Since  instant `json:"since"`
	Until  instant `json:"until" doc:"When it is tried again"`
}

// ByDispatch is the part of a path that names a dispatch.
type ByDispatch struct {
	Dispatch string `path:"dispatch" doc:"The dispatch's id"`
}

func (a *api) registerDispatches() {
	register(a, route{auth.Writer, "GET", "/releases/{release}/dispatches", "listDispatches", "List the dispatches of a release, newest first", 0}, a.listDispatches)
	register(a, route{auth.Writer, "GET", "/dispatches/{dispatch}", "getDispatch", "Read a dispatch", 0}, a.getDispatch)
	register(a, route{auth.Approver, "GET", "/dispatches/{dispatch}/deliveries", "listDeliveries", "List what became of every recipient", 0}, a.listDeliveries)
	register(a, route{auth.Approver, "GET", "/dispatches/{dispatch}/outcomes.csv", "exportDispatch", "What became of every recipient, as CSV", 0}, a.exportDispatch)
	register(a, route{auth.Approver, "POST", "/dispatches/{dispatch}/pause", "pauseDispatch", "Stop sending; what is in flight ends", 0}, a.steer((*jobs.Ledger).Pause))
	register(a, route{auth.Approver, "POST", "/dispatches/{dispatch}/resume", "resumeDispatch", "Go on with a paused dispatch, or let a held one go", 0}, a.steer((*jobs.Ledger).Resume))
	register(a, route{auth.Approver, "POST", "/dispatches/{dispatch}/stop", "stopDispatch", "End a dispatch for good; whoever has not got it is left out", 0}, a.steer((*jobs.Ledger).Stop))
	register(a, route{auth.Approver, "POST", "/dispatches/{dispatch}/retry-failed", "retryFailed", "Try the failed deliveries again", 0}, a.steer((*jobs.Ledger).RetryFailed))
}

func (a *api) listDispatches(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[Dispatch]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	all, err := a.Ledger.OfRelease(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := cut(all, in.Paging, func(d jobs.Dispatch) string { return d.ID })
	if err != nil {
		return nil, err
	}
	return listed(items, next, showDispatch), nil
}

func (a *api) getDispatch(ctx context.Context, in *ByDispatch) (*answer[oneDispatch], error) {
	d, err := a.dispatch(ctx, in.Dispatch)
	if err != nil {
		return nil, err
	}
	rests, err := a.Ledger.RestsOf(ctx, d)
	if err != nil {
		return nil, err
	}
	shown := oneDispatch{Dispatch: showDispatch(d), Rests: []rest{}}
	for _, r := range rests {
		shown.Rests = append(shown.Rests, rest{Scope: r.Scope, Name: r.Name, Code: r.Code, Reason: r.Reason, Since: instant{r.Since}, Until: instant{r.Until}})
	}
	return &answer[oneDispatch]{shown}, nil
}

// steer is a handler that changes the state of a dispatch.
func (a *api) steer(change func(*jobs.Ledger, context.Context, history.Actor, string) (jobs.Dispatch, error)) func(context.Context, *ByDispatch) (*answer[Dispatch], error) {
	return func(ctx context.Context, in *ByDispatch) (*answer[Dispatch], error) {
		d, err := a.dispatch(ctx, in.Dispatch)
		if err != nil {
			return nil, err
		}
		d, err = change(a.Ledger, ctx, actor(ctx), d.ID)
		if errors.Is(err, jobs.ErrConflict) {
			return nil, newProblem(http.StatusConflict, asks(ctx).say.T("api.dispatch_state", "State", d.State, "Failed", d.Failed))
		}
		if err != nil {
			return nil, err
		}
		a.Engine.Wake()
		return &answer[Dispatch]{showDispatch(d)}, nil
	}
}

// dispatch finds one that the token reaches.
func (a *api) dispatch(ctx context.Context, id string) (jobs.Dispatch, error) {
	d, err := a.Ledger.Dispatch(ctx, id)
	if err != nil {
		return jobs.Dispatch{}, err
	}
	if !asks(ctx).Reaches(d.NewsroomID) {
		return jobs.Dispatch{}, jobs.ErrNotFound
	}
	return d, nil
}

func showDispatch(d jobs.Dispatch) Dispatch {
	return Dispatch{
		ID: d.ID, ReleaseID: d.ReleaseID, Version: d.Version, Kind: d.Kind, State: d.State, Braked: d.Braked, Audience: d.Audience,
		Queued: d.Queued, Sending: d.Sending, Sent: d.Sent, Deferred: d.Deferred, Failed: d.Failed, Excluded: d.Excluded,
		Unknown: d.Unknown, UnknownRetried: d.UnknownRetried, CreatedAt: instant{d.CreatedAt}, StartedAt: instant{d.StartedAt},
		FirstSentAt: instant{d.FirstSentAt}, LastSentAt: instant{d.LastSentAt}, DoneAt: instant{d.DoneAt},
	}
}
