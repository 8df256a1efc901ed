package releases

import (
	"context"
	"time"
)

// Change is what a correction changed.
type Change struct {
	Live        Live
	Correction  Correction
	Differences []Difference
}

// Change finds what a live release's correction changed by the version that it brought. Only texts that
// the world has seen are compared.
func (p *Public) Change(ctx context.Context, now time.Time, newsroom, slug string, shown int) (Change, error) {
	l, err := p.Release(ctx, now, newsroom, slug)
	if err != nil {
		return Change{}, err
	}
	for _, c := range l.Corrections {
		if c.Shown != shown {
			continue
		}
		versions, err := readVersions(ctx, p.db, p.keys, l.ID, `number IN ($2, $3)`, c.Replaced, c.Shown)
		if err != nil {
			return Change{}, err
		}
		return Change{Live: l, Correction: c, Differences: Compare(l.Newsroom, versions[1].Text, versions[0].Text)}, nil
	}
	return Change{}, ErrNotFound
}
