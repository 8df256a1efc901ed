package api

import (
	"context"
	"net/http"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"
	"dateline/subscribers"
)

// subscriber is one address at one newsroom.
type subscriber struct {
	ID          string   `json:"id"`
	Newsroom    string   `json:"newsroom" doc:"Slug"`
	Email       string   `json:"email"`
	Name        string   `json:"name"`
	Outlet      string   `json:"outlet"`
	Language    string   `json:"language" doc:"BCP 47: what its mails speak"`
	Topics      []string `json:"topics" nullable:"false" doc:"Names; none means every topic"`
	Frequency   string   `json:"frequency"`
	State       string   `json:"state" enum:"pending,confirmed,unsubscribed" doc:"Only a confirmed one is mailed"`
	Consent     string   `json:"consent" doc:"What was agreed to, or where consent came from"`
	ConfirmedAt instant  `json:"confirmed_at"`
	CreatedAt   instant  `json:"created_at"`
	UpdatedAt   instant  `json:"updated_at"`
}

// subscriberIn is what a program gives of a new one.
type subscriberIn struct {
	Email     string   `json:"email,omitempty"`
	Name      string   `json:"name,omitempty"`
	Outlet    string   `json:"outlet,omitempty"`
	Language  string   `json:"language,omitempty" doc:"BCP 47; default: the newsroom's"`
	Topics    []string `json:"topics,omitempty" doc:"Names or slugs; none means every topic"`
	Frequency string   `json:"frequency,omitempty" doc:"immediate (default)"`
	Consent   string   `json:"consent,omitempty" doc:"What was agreed to, or where consent came from"`
	Confirmed bool     `json:"confirmed,omitempty" doc:"Consent is there already; needs its text. Otherwise a letter asks for confirmation."`
}

// subscriberPatch changes what is given. The address itself never changes.
type subscriberPatch struct {
	Email     *string  `json:"email,omitempty" doc:"Only as it is: another address is added as another subscriber"`
	Name      *string  `json:"name,omitempty"`
	Outlet    *string  `json:"outlet,omitempty"`
	Language  *string  `json:"language,omitempty" doc:"BCP 47"`
	Topics    []string `json:"topics,omitempty" doc:"Names or slugs; [] means every topic"`
	Frequency *string  `json:"frequency,omitempty" doc:"immediate"`
}

// BySubscriber is the part of a path that names a subscriber.
type BySubscriber struct {
	Subscriber string `path:"subscriber" doc:"The subscriber's id"`
}

// registerSubscribers: whoever writes releases need not know who reads them, so personal data takes
// an approver.
func (a *api) registerSubscribers() {
	register(a, route{auth.Approver, "POST", "/newsrooms/{newsroom}/subscribers", "addSubscriber", "Add a subscriber", http.StatusCreated}, a.addSubscriber)
	register(a, route{auth.Approver, "GET", "/newsrooms/{newsroom}/subscribers", "listSubscribers", "List subscribers", 0}, a.listSubscribers)
	register(a, route{auth.Approver, "GET", "/subscribers/{subscriber}", "getSubscriber", "Read a subscriber", 0}, a.getSubscriber)
	register(a, route{auth.Approver, "PATCH", "/subscribers/{subscriber}", "updateSubscriber", "Change what is given of a subscriber", 0}, a.updateSubscriber)
	register(a, route{auth.Approver, "DELETE", "/subscribers/{subscriber}", "eraseSubscriber", "Erase a subscriber and all that names the person", http.StatusNoContent}, a.eraseSubscriber)
}

func (a *api) addSubscriber(ctx context.Context, in *struct {
	ByNewsroom
	Body subscriberIn
}) (*created[subscriber], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	b := in.Body
	s, err := a.Subscribers.Add(ctx, actor(ctx), served(n), subscribers.Input{
		Email: b.Email, Name: b.Name, Outlet: b.Outlet, Language: b.Language, Frequency: b.Frequency,
		Consent: b.Consent, Topics: b.Topics, Confirmed: b.Confirmed,
	})
	if err != nil {
		return nil, err
	}
	if s.State == subscribers.StatePending {
		err := a.Engine.Post(ctx, jobs.Letter{
			NewsroomID: n.ID, Kind: "confirm", Recipient: s.Email, Language: s.Language, Data: map[string]string{"subscriber": s.ID},
		})
		if err != nil {
			return nil, err
		}
	}
	return &created[subscriber]{Root + "/subscribers/" + s.ID, showSubscriber(n, s)}, nil
}

func (a *api) listSubscribers(ctx context.Context, in *struct {
	ByNewsroom
	State  string `query:"state" enum:"pending,confirmed,unsubscribed" doc:"Only those in this state"`
	Search string `query:"search" doc:"Part of the address, name or outlet"`
	Paging
}) (*answer[page[subscriber]], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	items, next, err := a.Subscribers.List(ctx, subscribers.ListFilter{
		NewsroomID: n.ID, State: subscribers.State(in.State), Search: in.Search, After: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return listed(items, next, func(s subscribers.Subscriber) subscriber { return showSubscriber(n, s) }), nil
}

func (a *api) getSubscriber(ctx context.Context, in *BySubscriber) (*answer[subscriber], error) {
	n, s, err := a.subscriber(ctx, in.Subscriber)
	if err != nil {
		return nil, err
	}
	return &answer[subscriber]{showSubscriber(n, s)}, nil
}

func (a *api) updateSubscriber(ctx context.Context, in *struct {
	BySubscriber
	Body subscriberPatch
}) (*answer[subscriber], error) {
	n, s, err := a.subscriber(ctx, in.Subscriber)
	if err != nil {
		return nil, err
	}
	b := in.Body
	patch := subscribers.Patch{Email: b.Email, Name: b.Name, Outlet: b.Outlet, Language: b.Language, Frequency: b.Frequency}
	if b.Topics != nil {
		patch.Topics = &b.Topics
	}
	if s, err = a.Subscribers.Update(ctx, actor(ctx), served(n), s.ID, patch); err != nil {
		return nil, err
	}
	return &answer[subscriber]{showSubscriber(n, s)}, nil
}

// eraseSubscriber takes the person out of the list and out of the ledger, whose counts stay.
func (a *api) eraseSubscriber(ctx context.Context, in *BySubscriber) (*struct{}, error) {
	_, s, err := a.subscriber(ctx, in.Subscriber)
	if err != nil {
		return nil, err
	}
	if err := a.Ledger.Forget(ctx, s.ID); err != nil {
		return nil, err
	}
	return nil, a.Subscribers.Erase(ctx, actor(ctx), s.ID)
}

// subscriber finds one that the token reaches, and its newsroom.
func (a *api) subscriber(ctx context.Context, id string) (releases.Newsroom, subscribers.Subscriber, error) {
	s, err := a.Subscribers.Subscriber(ctx, id)
	if err != nil {
		return releases.Newsroom{}, s, err
	}
	n, err := a.newsroom(ctx, s.NewsroomID)
	return n, s, err
}

// served is what the subscribers' store needs to know of a newsroom.
func served(n releases.Newsroom) subscribers.Newsroom {
	topics := make(map[string]string, len(n.Topics))
	for _, topic := range n.Topics {
		topics[topic.Slug] = topic.Name
	}
	return subscribers.Newsroom{ID: n.ID, Language: n.Language, Topics: topics}
}

func showSubscriber(n releases.Newsroom, s subscribers.Subscriber) subscriber {
	return subscriber{
		ID: s.ID, Newsroom: n.Slug, Email: s.Email, Name: s.Name, Outlet: s.Outlet, Language: s.Language,
		Topics: named(n, s.Topics), Frequency: s.Frequency, State: string(s.State), Consent: s.Consent,
		ConfirmedAt: instant{s.ConfirmedAt}, CreatedAt: instant{s.CreatedAt}, UpdatedAt: instant{s.UpdatedAt},
	}
}
