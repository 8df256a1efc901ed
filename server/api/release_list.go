package api

import (
	"context"
	"strconv"

	"dateline/releases"
)

// version is one immutable text of a release.
type version struct {
	Number      int       `json:"number"`
	Hash        string    `json:"hash" doc:"Names its text: no other version has it"`
	Headline    string    `json:"headline"`
	Lede        string    `json:"lede"`
	Body        string    `json:"body" doc:"Markdown"`
	Language    string    `json:"language"`
	Kind        string    `json:"kind"`
	Dateline    string    `json:"dateline"`
	Topics      []string  `json:"topics" nullable:"false"`
	Contacts    []contact `json:"contacts" nullable:"false"`
	Boilerplate string    `json:"boilerplate"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   instant   `json:"created_at"`
}

func (a *api) listReleases(ctx context.Context, in *struct {
	ByNewsroom
	State string `query:"state" enum:"draft,submitted,approved,scheduled,live,withdrawn" doc:"Only those in this state"`
	Paging
}) (*answer[page[release]], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	items, next, err := a.Releases.List(ctx, releases.ListFilter{
		NewsroomID: n.ID, State: releases.State(in.State), After: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	for _, r := range items {
		if err := a.Releases.Viewed(ctx, actor(ctx), r); err != nil {
			return nil, err
		}
	}
	return listed(items, next, a.showRelease), nil
}

func (a *api) listVersions(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[version]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if err := a.Releases.Viewed(ctx, actor(ctx), r); err != nil {
		return nil, err
	}
	all, err := a.Releases.Versions(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := cut(all, in.Paging, func(v releases.Version) string { return strconv.Itoa(v.Number) })
	if err != nil {
		return nil, err
	}
	return listed(items, next, func(v releases.Version) version { return showVersion(r.Newsroom, v) }), nil
}

func showVersion(n releases.Newsroom, v releases.Version) version {
	t := v.Text
	return version{
		Number: v.Number, Hash: v.Hash, Headline: t.Headline, Lede: t.Lede, Body: t.Body, Language: t.Language, Kind: string(t.Kind),
		Dateline: t.Dateline, Topics: named(n, t.Topics), Contacts: showContacts(t.Contacts), Boilerplate: t.Boilerplate,
		CreatedBy: v.CreatedBy, CreatedAt: instant{v.CreatedAt},
	}
}
