package releases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// addTranslations adds to releases, all of them live, which live ones say the same in other languages, the
// first published first. One that is not live is not told of, and each of a group is given the same list.
func (p *Public) addTranslations(ctx context.Context, now time.Time, items []Live) error {
	places, args := []string{}, []any{now.UnixMilli()}
	for _, l := range items {
		if l.translations != "" && l.Withdrawn == nil {
			args = append(args, l.translations)
			places = append(places, fmt.Sprintf("$%d", len(args)))
		}
	}
	if len(places) == 0 {
		return nil
	}
	groups, err := p.groups(ctx, `r.translations IN (`+strings.Join(places, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	for i, l := range items {
		items[i].Translations = onePerLanguage(groups[l.translations], l.ID)
	}
	return nil
}

// translated gives each address of a sitemap those of its translations that are live.
func (p *Public) translated(ctx context.Context, now time.Time, all []Address) error {
	if !slices.ContainsFunc(all, func(a Address) bool { return a.translations != "" }) {
		return nil
	}
	groups, err := p.groups(ctx, `r.translations <> ''`, now.UnixMilli())
	if err != nil {
		return err
	}
	for i, a := range all {
		all[i].Translations = onePerLanguage(groups[a.translations], a.ID)
	}
	return nil
}

// groups are live releases by the group that they are translations in.
func (p *Public) groups(ctx context.Context, which string, args ...any) (map[string][]Address, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT `+addressColumns+` FROM releases r JOIN newsrooms n ON n.id = r.newsroom_id
		WHERE `+live+` AND r.translations <> '' AND `+which+` ORDER BY r.lift_at, r.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("translations of live releases: %w", err)
	}
	linked, err := p.scanAddresses(rows)
	groups := map[string][]Address{}
	for _, a := range linked {
		groups[a.translations] = append(groups[a.translations], a)
	}
	return groups, err
}

// onePerLanguage keeps the first in each language. One that is not kept itself, or is alone, has no
// translations, so that pages never name one that doesn't name them.
func onePerLanguage(all []Address, id string) []Address {
	var kept []Address
	taken, itself := map[string]bool{}, false
	for _, one := range all {
		if taken[one.Language] {
			continue
		}
		taken[one.Language], itself = true, itself || one.ID == id
		kept = append(kept, one)
	}
	if !itself || len(kept) < 2 {
		return nil
	}
	return kept
}
