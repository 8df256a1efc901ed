package releases

import (
	"context"
	"fmt"
	"time"
)

// Translations are the live releases that say the same as l in other languages, with l itself among
// them, the first published first; none when it stands alone. One that is not live is not told of.
// Every one of them is given the same list.
func (p *Public) Translations(ctx context.Context, now time.Time, l Live) ([]Live, error) {
	if l.translations == "" {
		return nil, nil
	}
	rows, err := p.db.QueryContext(ctx, `SELECT `+liveColumns+` FROM releases r`+liveJoins+`WHERE `+live+`
		AND r.translations = $2 AND r.translations <> '' ORDER BY r.lift_at, r.id`, now.UnixMilli(), l.translations)
	if err != nil {
		return nil, fmt.Errorf("translations of %s: %w", l.ID, err)
	}
	all, err := p.scanAll(ctx, now, rows)
	if err != nil {
		return nil, err
	}
	return onePerLanguage(all, l.ID, func(l Live) (string, string) { return l.ID, l.Text.Language }), nil
}

// translated gives each address of a sitemap those of its translations that are live.
func (p *Public) translated(ctx context.Context, now time.Time, all []Address) error {
	grouped := false
	for _, a := range all {
		grouped = grouped || a.translations != ""
	}
	if !grouped {
		return nil
	}
	rows, err := p.db.QueryContext(ctx, `SELECT `+addressColumns+` FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id
		WHERE `+live+` AND r.translations <> '' ORDER BY r.lift_at, r.id`, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("translations of live releases: %w", err)
	}
	linked, err := p.scanAddresses(rows)
	if err != nil {
		return err
	}
	groups := map[string][]Address{}
	for _, a := range linked {
		groups[a.translations] = append(groups[a.translations], a)
	}
	for i, a := range all {
		all[i].Translations = onePerLanguage(groups[a.translations], a.id, func(a Address) (string, string) { return a.id, a.Language })
	}
	return nil
}

// onePerLanguage keeps the first in each language. One that is not kept itself, or is alone, has no
// translations, so that pages never name one that doesn't name them.
func onePerLanguage[T any](all []T, id string, of func(T) (id, language string)) []T {
	var kept []T
	taken, itself := map[string]bool{}, false
	for _, one := range all {
		other, language := of(one)
		if taken[language] {
			continue
		}
		taken[language], itself = true, itself || other == id
		kept = append(kept, one)
	}
	if !itself || len(kept) < 2 {
		return nil
	}
	return kept
}
