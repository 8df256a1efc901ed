package api

import (
	"bufio"
	"context"

	"dateline/jobs"
)

// delivery is one recipient of a dispatch and what became of it.
type delivery struct {
	Seq          int     `json:"seq" doc:"Place in the audience, from 0"`
	SubscriberID string  `json:"subscriber_id"`
	Email        string  `json:"email"`
	Name         string  `json:"name"`
	Language     string  `json:"language"`
	State        string  `json:"state" enum:"queued,sending,sent,deferred,failed,excluded,unknown"`
	Retried      bool    `json:"retried" doc:"In doubt once; sent again with the same Message-ID, unless it was left out since"`
	Attempts     int     `json:"attempts"`
	Code         string  `json:"code" doc:"The relay's answer" example:"550 5.1.1"`
	Reason       string  `json:"reason" doc:"The relay's words, or why it was excluded or is unknown"`
	NextAt       instant `json:"next_at" doc:"When a deferred one is tried again"`
	UpdatedAt    instant `json:"updated_at"`
}

func (a *api) listDeliveries(ctx context.Context, in *struct {
	ByDispatch
	State string `query:"state" enum:"queued,sending,sent,deferred,failed,excluded,unknown" doc:"Only those in this state"`
	Email string `query:"email" doc:"Only this address, in any case"`
	Paging
}) (*answer[page[delivery]], error) {
	d, err := a.dispatch(ctx, in.Dispatch)
	if err != nil {
		return nil, err
	}
	items, next, err := a.Ledger.Deliveries(ctx, jobs.DeliveryFilter{
		DispatchID: d.ID, State: in.State, Email: in.Email, After: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return listed(items, next, showDelivery), nil
}

func (a *api) exportDispatch(ctx context.Context, in *ByDispatch) (*list, error) {
	d, err := a.dispatch(ctx, in.Dispatch)
	if err != nil {
		return nil, err
	}
	who := actor(ctx)
	return a.listOf(d.ID+"-outcomes.csv", func(ctx context.Context, w *bufio.Writer) error {
		return a.Ledger.Export(ctx, who, d.ID, w)
	}), nil
}

func showDelivery(d jobs.Delivery) delivery {
	return delivery{
		Seq: d.Seq, SubscriberID: d.SubscriberID, Email: d.Email, Name: d.Name, Language: d.Language, State: d.State,
		Retried: d.Retried, Attempts: d.Attempts, Code: d.Code, Reason: d.Reason,
		NextAt: instant{d.NextAt}, UpdatedAt: instant{d.UpdatedAt},
	}
}
