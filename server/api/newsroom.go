package api

import (
	"context"
	"net/http"

	"dateline/releases"
	"dateline/server/auth"
)

// newsroom is one as programs see it.
type newsroom struct {
	ID          string            `json:"id"`
	Slug        string            `json:"slug" doc:"Its part of public addresses"`
	Name        string            `json:"name"`
	Language    string            `json:"language" doc:"BCP 47" example:"sv"`
	Zone        string            `json:"zone" doc:"IANA time zone" example:"Europe/Stockholm"`
	EmailFrom   string            `json:"email_from" doc:"From of its mail"`
	ReplyTo     string            `json:"reply_to"`
	Boilerplate string            `json:"boilerplate" doc:"Markdown; for releases that have none of their own"`
	Topics      []string          `json:"topics" nullable:"false" doc:"Names, in order"`
	TopicCodes  map[string]string `json:"topic_codes" doc:"The IPTC Media Topics of those that have one, by name"`
	Approvals   int               `json:"approvals" doc:"1: the author's own approval counts; 2: another person must approve"`
	URL         string            `json:"url"`
	CreatedAt   instant           `json:"created_at"`
	UpdatedAt   instant           `json:"updated_at"`
	FrozenAt    instant           `json:"frozen_at" doc:"While it is frozen nothing new gets out of it; null when it is not"`
	Frozen      string            `json:"frozen_reason" doc:"Why it is frozen"`
}

// newsroomIn is what a program gives of one. What is left out keeps its value, or takes its default.
type newsroomIn struct {
	Slug        *string           `json:"slug,omitempty" doc:"a to z, 0 to 9 and hyphens"`
	Name        *string           `json:"name,omitempty"`
	Language    *string           `json:"language,omitempty" doc:"BCP 47" example:"sv"`
	Zone        *string           `json:"zone,omitempty" doc:"IANA time zone" example:"Europe/Stockholm"`
	EmailFrom   *string           `json:"email_from,omitempty" doc:"An address, or a name and an address"`
	ReplyTo     *string           `json:"reply_to,omitempty"`
	Boilerplate *string           `json:"boilerplate,omitempty" doc:"Markdown"`
	Topics      []string          `json:"topics,omitempty" doc:"Names, in order"`
	TopicCodes  map[string]string `json:"topic_codes,omitempty" doc:"IPTC Media Topics by name of a topic: medtop:20000424, or the concept's address. Topics left out have none"`
	Approvals   *int              `json:"approvals,omitempty" doc:"1 (default) or 2"`
}

// ByNewsroom is the part of a path that names a newsroom.
type ByNewsroom struct {
	Newsroom string `path:"newsroom" doc:"The newsroom's slug or id"`
}

func (a *api) registerNewsrooms() {
	register(a, route{auth.Admin, "POST", "/newsrooms", "createNewsroom", "Make a newsroom", http.StatusCreated}, a.createNewsroom)
	register(a, route{auth.Writer, "GET", "/newsrooms", "listNewsrooms", "List the newsrooms that the token reaches", 0}, a.listNewsrooms)
	register(a, route{auth.Writer, "GET", "/newsrooms/{newsroom}", "getNewsroom", "Read a newsroom", 0}, a.getNewsroom)
	register(a, route{auth.Admin, "PATCH", "/newsrooms/{newsroom}", "updateNewsroom", "Change what is given of a newsroom", 0}, a.updateNewsroom)
	register(a, route{auth.Admin, "POST", "/newsrooms/{newsroom}/freeze", "freezeNewsroom", "Freeze a newsroom: nothing new gets out, what is not live is hidden, everyone is signed out", 0}, a.freezeNewsroom)
	register(a, route{auth.Admin, "POST", "/newsrooms/{newsroom}/thaw", "thawNewsroom", "Thaw a newsroom: lifts still to come are as they were, those that have passed are cleared", 0}, a.thawNewsroom)
}

// createNewsroom needs a token that reaches every newsroom: one that is held to its own could not
// see what it made.
func (a *api) createNewsroom(ctx context.Context, in *struct{ Body newsroomIn }) (*created[newsroom], error) {
	if asks(ctx).NewsroomID != "" {
		return nil, auth.ErrForbidden
	}
	n, err := a.Releases.CreateNewsroom(ctx, actor(ctx), in.Body.onto(releases.NewsroomInput{Approvals: 1}))
	if err != nil {
		return nil, err
	}
	return &created[newsroom]{Root + "/newsrooms/" + n.Slug, a.showNewsroom(n)}, nil
}

func (a *api) listNewsrooms(ctx context.Context, in *Paging) (*answer[page[newsroom]], error) {
	all, err := a.Releases.Newsrooms(ctx)
	if err != nil {
		return nil, err
	}
	reached := make([]releases.Newsroom, 0, len(all))
	for _, n := range all {
		if asks(ctx).Reaches(n.ID) {
			reached = append(reached, n)
		}
	}
	items, next, err := cut(reached, *in, func(n releases.Newsroom) string { return n.ID })
	if err != nil {
		return nil, err
	}
	return listed(items, next, a.showNewsroom), nil
}

func (a *api) getNewsroom(ctx context.Context, in *ByNewsroom) (*answer[newsroom], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	return &answer[newsroom]{a.showNewsroom(n)}, nil
}

func (a *api) updateNewsroom(ctx context.Context, in *struct {
	ByNewsroom
	Body newsroomIn
}) (*answer[newsroom], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	n, err = a.Releases.UpdateNewsroom(ctx, actor(ctx), n.ID, in.Body.onto(inputOf(n)))
	if err != nil {
		return nil, err
	}
	return &answer[newsroom]{a.showNewsroom(n)}, nil
}

// newsroom finds one that the token reaches. One out of reach is answered as one that there is not.
func (a *api) newsroom(ctx context.Context, slugOrID string) (releases.Newsroom, error) {
	n, err := a.Releases.Newsroom(ctx, slugOrID)
	if err != nil {
		return releases.Newsroom{}, err
	}
	if !asks(ctx).Reaches(n.ID) {
		return releases.Newsroom{}, releases.ErrNotFound
	}
	return n, nil
}

func (in newsroomIn) onto(n releases.NewsroomInput) releases.NewsroomInput {
	give(&n.Slug, in.Slug)
	give(&n.Name, in.Name)
	give(&n.Language, in.Language)
	give(&n.Zone, in.Zone)
	give(&n.EmailFrom, in.EmailFrom)
	give(&n.ReplyTo, in.ReplyTo)
	give(&n.Boilerplate, in.Boilerplate)
	give(&n.Approvals, in.Approvals)
	if in.Topics != nil {
		n.Topics = in.Topics
	}
	if in.TopicCodes != nil {
		n.TopicCodes = in.TopicCodes
	}
	return n
}

// give sets what is given.
func give[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func inputOf(n releases.Newsroom) releases.NewsroomInput {
	return releases.NewsroomInput{
		Slug: n.Slug, Name: n.Name, Language: n.Language, Zone: n.Zone, EmailFrom: n.EmailFrom, ReplyTo: n.ReplyTo,
		Boilerplate: n.Boilerplate, Topics: topicNames(n), Approvals: n.Approvals,
	}
}

func topicNames(n releases.Newsroom) []string {
	names := make([]string, len(n.Topics))
	for i, topic := range n.Topics {
		names[i] = topic.Name
	}
	return names
}

func topicCodes(n releases.Newsroom) map[string]string {
	codes := map[string]string{}
	for _, topic := range n.Topics {
		if topic.Code != "" {
			codes[topic.Name] = topic.Code
		}
	}
	return codes
}

// named gives the names of the newsroom's topics with these slugs.
func named(n releases.Newsroom, slugs []string) []string {
	names := make([]string, 0, len(slugs))
	for _, slug := range slugs {
		for _, topic := range n.Topics {
			if topic.Slug == slug {
				names = append(names, topic.Name)
			}
		}
	}
	return names
}

func (a *api) showNewsroom(n releases.Newsroom) newsroom {
	return newsroom{
		ID: n.ID, Slug: n.Slug, Name: n.Name, Language: n.Language, Zone: n.Zone, EmailFrom: n.EmailFrom, ReplyTo: n.ReplyTo,
		Boilerplate: n.Boilerplate, Topics: topicNames(n), TopicCodes: topicCodes(n), Approvals: n.Approvals,
		URL: a.BaseURL + "/" + n.Slug, CreatedAt: instant{n.CreatedAt}, UpdatedAt: instant{n.UpdatedAt},
		FrozenAt: instant{n.Frozen.At}, Frozen: n.Frozen.Reason,
	}
}
