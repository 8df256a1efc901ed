package api

import (
	"context"
	"net/http"
	"strconv"

	"dateline/releases"
	"dateline/server/auth"
)

// forced is an approval against the rule of two, and why.
type forced struct {
	Approval
	Reason string `json:"reason,omitempty" doc:"Why there was nobody else to ask"`
}

// meant names what looks like placeholders and is meant.
type meant struct {
	Version      int      `json:"version,omitempty" maximum:"1000000000" doc:"The version that was read"`
	Placeholders []string `json:"placeholders,omitempty" doc:"Each as it stands in the text" example:"[\"XXX\"]"`
}

// base is the version that a change is made on top of.
type base struct {
	Version int `json:"version,omitempty" maximum:"1000000000" doc:"The newest version, as it was read; a newer one is a 409"`
}

// comment is what an insider says of a release to the others.
type comment struct {
	ID      string  `json:"id"`
	Text    string  `json:"text"`
	By      string  `json:"by"`
	Version int     `json:"version" doc:"The newest when it was said"`
	At      instant `json:"at"`
}

func showComment(c releases.Comment) comment {
	return comment{ID: c.ID, Text: c.Text, By: c.By, Version: c.Version, At: instant{c.At}}
}

func (a *api) registerLife() {
	register(a, route{auth.Admin, "POST", "/releases/{release}/force-approval", "forceApproval", "Approve alone where two are asked for; marked until another reviews it", 0}, a.forceApproval)
	register(a, route{auth.Approver, "POST", "/releases/{release}/review", "reviewApproval", "Review an approval that was forced", 0}, a.reviewApproval)
	register(a, route{auth.Approver, "POST", "/releases/{release}/wave-through", "waveThrough", "Say of what looks like placeholders that it is meant", 0}, a.waveThrough)
	register(a, route{auth.Writer, "POST", "/releases/{release}/versions/{number}/restore", "restoreVersion", "Save the text of an earlier version as a new one", 0}, a.restoreVersion)
	register(a, route{auth.Writer, "DELETE", "/releases/{release}", "deleteRelease", "Delete a release that the world has not seen", http.StatusNoContent}, a.deleteRelease)
	register(a, route{auth.Writer, "POST", "/releases/{release}/undelete", "undeleteRelease", "Bring a deleted release back as a draft", 0}, a.undeleteRelease)
	register(a, route{auth.Writer, "GET", "/releases/{release}/comments", "listComments", "List what was said of a release, in order", 0}, a.listComments)
	register(a, route{auth.Writer, "POST", "/releases/{release}/comments", "addComment", "Say something of a release to the others", http.StatusCreated}, a.addComment)
}

func (a *api) forceApproval(ctx context.Context, in *struct {
	ByRelease
	Body forced
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		if err := needVersion(in.Body.Version); err != nil {
			return r, err
		}
		return a.Releases.ForceApprove(ctx, actor(ctx), r.ID, in.Body.Version, in.Body.Hash, in.Body.Reason)
	})
}

func (a *api) reviewApproval(ctx context.Context, in *struct {
	ByRelease
	Body base
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		if err := needVersion(in.Body.Version); err != nil {
			return r, err
		}
		return a.Releases.Review(ctx, actor(ctx), r.ID, in.Body.Version)
	})
}

func (a *api) waveThrough(ctx context.Context, in *struct {
	ByRelease
	Body meant
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		if err := needVersion(in.Body.Version); err != nil {
			return r, err
		}
		return a.Releases.WaveThrough(ctx, actor(ctx), r.ID, in.Body.Version, in.Body.Placeholders)
	})
}

func (a *api) restoreVersion(ctx context.Context, in *struct {
	ByRelease
	Number string `path:"number" doc:"The version whose text is taken"`
	Body   base
}) (*answer[release], error) {
	return a.step(ctx, in.Release, func(r releases.Release) (releases.Release, error) {
		if err := needVersion(in.Body.Version); err != nil {
			return r, err
		}
		number, err := strconv.Atoi(in.Number)
		if err != nil {
			return r, releases.ErrNotFound
		}
		return a.Releases.Restore(ctx, actor(ctx), r.ID, number, in.Body.Version)
	})
}

func (a *api) deleteRelease(ctx context.Context, in *ByRelease) (*struct{}, error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	return nil, a.Releases.Delete(ctx, actor(ctx), r.ID)
}

// undeleteRelease finds the release among those that are deleted; no other call does.
func (a *api) undeleteRelease(ctx context.Context, in *ByRelease) (*answer[release], error) {
	n, err := a.Releases.NewsroomOf(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if !asks(ctx).Reaches(n) {
		return nil, releases.ErrNotFound
	}
	r, err := a.Releases.Undelete(ctx, actor(ctx), in.Release)
	if err != nil {
		return nil, err
	}
	return &answer[release]{a.showRelease(r)}, nil
}

func (a *api) listComments(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[comment]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	all, err := a.Releases.Comments(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := cut(all, in.Paging, func(c releases.Comment) string { return c.ID })
	if err != nil {
		return nil, err
	}
	return listed(items, next, showComment), nil
}

func (a *api) addComment(ctx context.Context, in *struct {
	ByRelease
	Body struct {
		Text string `json:"text,omitempty"`
	}
}) (*created[comment], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	c, err := a.Releases.AddComment(ctx, actor(ctx), r.ID, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &created[comment]{Root + "/releases/" + r.ID + "/comments", showComment(c)}, nil
}
