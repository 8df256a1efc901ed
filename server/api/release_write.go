package api

import (
	"context"
	"net/http"

	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/auth"
)

// ReleaseText is what a program gives of a release. What is left out keeps its value, or takes its
// default.
type ReleaseText struct {
	Headline      *string   `json:"headline,omitempty"`
	Lede          *string   `json:"lede,omitempty"`
	Body          *string   `json:"body,omitempty" doc:"Markdown"`
	Language      *string   `json:"language,omitempty" doc:"BCP 47; default: the newsroom's"`
	Kind          *string   `json:"kind,omitempty" doc:"press-release (default), news, statement, invitation or correction-notice"`
	Dateline      *string   `json:"dateline,omitempty" doc:"Place"`
	Topics        []string  `json:"topics,omitempty" doc:"Names or slugs of the newsroom's topics"`
	Contacts      []contact `json:"contacts,omitempty"`
	Boilerplate   *string   `json:"boilerplate,omitempty" doc:"Markdown; default: the newsroom's"`
	TranslationOf *string   `json:"translation_of,omitempty" doc:"Id of a release of the newsroom that says the same in another language; empty links it with none"`
	Slug          *string   `json:"slug,omitempty" doc:"Its part of the address; default: made from the headline. A taken one is given a suffix. Once the time is set only an approver changes it."`
}

// releasePatch is a change on top of a version that was read.
type releasePatch struct {
	Version int `json:"version,omitempty" maximum:"1000000000" doc:"The version that was read; a newer one is a 409"`
	ReleaseText
}

func (a *api) registerReleases() {
	register(a, route{auth.Writer, "POST", "/newsrooms/{newsroom}/releases", "createRelease", "Write a release", http.StatusCreated}, a.createRelease)
	register(a, route{auth.Writer, "GET", "/newsrooms/{newsroom}/releases", "listReleases", "List releases, last changed first", 0}, a.listReleases)
	register(a, route{auth.Writer, "GET", "/releases/{release}", "getRelease", "Read a release", 0}, a.getRelease)
	register(a, route{auth.Writer, "PATCH", "/releases/{release}", "editRelease", "Save a new version with what is given changed", 0}, a.editRelease)
	register(a, route{auth.Writer, "GET", "/releases/{release}/history", "listHistory", "List what was done to a release, newest first", 0}, a.listHistory)
	register(a, route{auth.Writer, "POST", "/releases/{release}/correct", "correctRelease", "Correct a live release, with a note to its readers", 0}, a.correctRelease)
	register(a, route{auth.Writer, "GET", "/releases/{release}/corrections", "listCorrections", "List the corrections of a release, newest first", 0}, a.listCorrections)
	register(a, route{auth.Writer, "GET", "/releases/{release}/versions", "listVersions", "List the versions of a release, newest first", 0}, a.listVersions)
	register(a, route{auth.Writer, "GET", "/releases/{release}/versions/compare", "compareVersions", "Tell how two versions differ, word by word", 0}, a.compareVersions)
}

func (a *api) createRelease(ctx context.Context, in *struct {
	ByNewsroom
	Body ReleaseText
}) (*created[release], error) {
	n, err := a.newsroom(ctx, in.Newsroom)
	if err != nil {
		return nil, err
	}
	draft := releases.Draft{Text: releases.Text{Language: n.Language, Kind: releases.PressRelease}}
	s, err := a.Releases.Create(ctx, actor(ctx), n.ID, in.Body.onto(draft))
	if err != nil {
		return nil, err
	}
	return &created[release]{Root + "/releases/" + s.ID, a.saved(ctx, s)}, nil
}

func (a *api) getRelease(ctx context.Context, in *ByRelease) (*answer[release], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if err := a.Releases.Viewed(ctx, actor(ctx), r); err != nil {
		return nil, err
	}
	return &answer[release]{a.showRelease(r)}, nil
}

func (a *api) editRelease(ctx context.Context, in *struct {
	ByRelease
	Body releasePatch
}) (*answer[release], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if err := needVersion(in.Body.Version); err != nil {
		return nil, err
	}
	draft := in.Body.onto(releases.Draft{Text: r.Text, Slug: r.Slug, MayMove: asks(ctx).Role.May(auth.Approver)})
	s, err := a.Releases.Edit(ctx, actor(ctx), r.ID, in.Body.Version, draft)
	if err != nil {
		return nil, err
	}
	return &answer[release]{a.saved(ctx, s)}, nil
}

// needVersion refuses a body that names no version.
func needVersion(version int) error {
	var faults input.Faults
	if version < 1 {
		faults.Add("version", "fault.required")
	}
	return faults.Err()
}

func (in ReleaseText) onto(d releases.Draft) releases.Draft {
	give(&d.Text.Headline, in.Headline)
	give(&d.Text.Lede, in.Lede)
	give(&d.Text.Body, in.Body)
	give(&d.Text.Language, in.Language)
	give((*string)(&d.Text.Kind), in.Kind)
	give(&d.Text.Dateline, in.Dateline)
	give(&d.Text.Boilerplate, in.Boilerplate)
	give(&d.Slug, in.Slug)
	d.TranslationOf = in.TranslationOf
	if in.Topics != nil {
		d.Text.Topics = in.Topics
	}
	if in.Contacts != nil {
		d.Text.Contacts = make([]releases.Contact, len(in.Contacts))
		for i, c := range in.Contacts {
			d.Text.Contacts[i] = releases.Contact(c)
		}
	}
	return d
}
