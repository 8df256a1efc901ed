package api

import (
	"context"
	"strconv"

	"dateline/releases"
	"dateline/server/auth"
)

// releaseCorrection is a corrected text with what its readers are told.
type releaseCorrection struct {
	Version int    `json:"version,omitempty" maximum:"1000000000" doc:"The version that was read; a newer one is a 409. Default: the one that the world sees"`
	Note    string `json:"note,omitempty" doc:"What was wrong and what is right. Shown on the page and marked in every feed"`
	Mail    *bool  `json:"mail,omitempty" doc:"Whether those who were mailed the release get the correction; default: true"`
	ReleaseText
}

// correction is what readers are told of a corrected text.
type correction struct {
	Version  int     `json:"version" doc:"The version that corrects"`
	Replaced int     `json:"replaced" doc:"The version that the world saw before; 0 until the correction is approved"`
	Note     string  `json:"note"`
	Mail     bool    `json:"mail" doc:"Whether those who were mailed the release get it"`
	At       instant `json:"at" doc:"When the world saw it; null until it is approved"`
}

// correctRelease saves the correction and, where one person is enough and may approve, approves it.
func (a *api) correctRelease(ctx context.Context, in *struct {
	ByRelease
	Body releaseCorrection
}) (*answer[release], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	draft := in.Body.onto(releases.Draft{Text: r.Text})
	given := releases.CorrectionInput{Text: draft.Text, Note: in.Body.Note, Mail: in.Body.Mail == nil || *in.Body.Mail, TranslationOf: draft.TranslationOf}
	s, err := a.Releases.Correct(ctx, actor(ctx), r.ID, in.Body.Version, given, asks(ctx).Role.May(auth.Approver))
	if err != nil {
		return nil, err
	}
	a.Engine.Wake()
	return &answer[release]{a.saved(ctx, s)}, nil
}

func (a *api) listCorrections(ctx context.Context, in *struct {
	ByRelease
	Paging
}) (*answer[page[correction]], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	all, err := a.Releases.Corrections(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	items, next, err := cut(all, in.Paging, func(c releases.Correction) string { return strconv.Itoa(c.Version) })
	if err != nil {
		return nil, err
	}
	return listed(items, next, func(c releases.Correction) correction {
		return correction{Version: c.Version, Replaced: c.Replaced, Note: c.Note, Mail: c.Mail, At: instant{c.At}}
	}), nil
}
