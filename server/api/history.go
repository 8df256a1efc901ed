package api

import (
	"context"

	"dateline/releases/history"
	"dateline/server/auth"
)

// deed is something that was done, as it was written down.
type deed struct {
	Seq    int64          `json:"seq" doc:"Its place in the history of everything"`
	At     instant        `json:"at"`
	Actor  string         `json:"actor" doc:"Address of an officer, name of a token, or system"`
	From   string         `json:"from" doc:"Network address; told to approvers"`
	Action string         `json:"action" example:"release.approve"`
	Detail map[string]any `json:"detail"`
}

// listHistory gives what was done to a release and its mailings.
func (a *api) listHistory(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[deed]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	dispatches, err := a.Ledger.OfRelease(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	subjects := []string{r.ID}
	for _, d := range dispatches {
		subjects = append(subjects, d.ID)
	}
	items, next, err := a.Releases.History(ctx, history.Filter{Subjects: subjects, After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listed(items, next, func(e history.Entry) deed {
		shown := deed{Seq: e.Seq, At: instant{e.At}, Actor: e.Who.Name, Action: e.Action, Detail: e.Detail}
		if asks(ctx).Role.May(auth.Approver) {
			shown.From = e.Who.From
		}
		return shown
	}), nil
}
