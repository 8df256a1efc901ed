package api

import (
	"cmp"
	"context"

	"dateline/releases"
)

// difference is a field that two versions have differently.
type difference struct {
	Field  string  `json:"field" enum:"headline,lede,body,dateline,kind,language,topics,contacts,files,boilerplate"`
	Blocks []block `json:"blocks" nullable:"false" doc:"Paragraphs, in order"`
}

// block is a paragraph in parts, or a run of paragraphs that both versions have.
type block struct {
	Parts   []part `json:"parts" nullable:"false"`
	Skipped int    `json:"skipped" doc:"How many paragraphs that both have are left out here; then there are no parts"`
}

type part struct {
	Op   string `json:"op" enum:"same,removed,added"`
	Text string `json:"text"`
}

// comparison is how one version differs from another.
type comparison struct {
	From        int          `json:"from"`
	To          int          `json:"to"`
	Differences []difference `json:"differences" nullable:"false" doc:"Empty when the texts are the same"`
}

func (a *api) compareVersions(ctx context.Context, in *struct {
	ByRelease
	From int `query:"from" doc:"Number of the former version; default: the one before the latter"`
	To   int `query:"to" doc:"Number of the latter version; default: the newest"`
}) (*answer[comparison], error) {
	r, err := a.release(ctx, in.Release)
	if err != nil {
		return nil, err
	}
	if err := a.Releases.Viewed(ctx, actor(ctx), r); err != nil {
		return nil, err
	}
	to := cmp.Or(in.To, r.Version)
	from := cmp.Or(in.From, to-1)
	list, err := a.Releases.CompareVersions(ctx, r.ID, from, to)
	if err != nil {
		return nil, err
	}
	told := comparison{From: from, To: to, Differences: []difference{}}
	for _, d := range list {
		told.Differences = append(told.Differences, showDifference(d))
	}
	return &answer[comparison]{told}, nil
}

func showDifference(d releases.Difference) difference {
	shown := difference{Field: d.Field, Blocks: []block{}}
	for _, b := range d.Blocks {
		one := block{Parts: []part{}, Skipped: b.Skipped}
		for _, p := range b.Parts {
			one.Parts = append(one.Parts, part{string(p.Op), p.Text})
		}
		shown.Blocks = append(shown.Blocks, one)
	}
	return shown
}
