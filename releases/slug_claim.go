package releases

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dateline/releases/input"
)

// reservedReleases are parts of addresses in a newsroom that are not releases.
var reservedReleases = []string{"archive", "feed", "feeds", "search", "sitemap", "subscribe", "topics"}

// headlineSlug is the address that a text gets when nobody chooses one.
func headlineSlug(text Text) string {
	if slug := input.Slug(text.Headline); slug != "" {
		return slug
	}
	return string(text.Kind)
}

// claimSlug takes the wished address for a release, or the first free one with a suffix. An address
// that the release itself has or had is free to it.
func claimSlug(ctx context.Context, tx *sql.Tx, newsroomID, releaseID, wish string) (string, error) {
	for n := 1; ; n++ {
		slug := candidate(wish, n)
		if slices.Contains(reservedReleases, slug) {
			continue
		}
		owner, err := slugOwner(ctx, tx, newsroomID, releaseID, slug)
		if err != nil {
			return "", fmt.Errorf("claim slug %s: %w", slug, err)
		}
		if owner == releaseID {
			return slug, nil
		}
	}
}

// slugOwner is whose an address is after we tried to take it. No row of another's is locked.
func slugOwner(ctx context.Context, tx *sql.Tx, newsroomID, releaseID, slug string) (owner string, err error) {
	taken, err := changedOne(tx.ExecContext(ctx, `INSERT INTO release_slugs (newsroom_id, slug, release_id)
		VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, newsroomID, slug, releaseID))
	if err != nil || taken {
		return releaseID, err
	}
	err = tx.QueryRowContext(ctx, `SELECT release_id FROM release_slugs WHERE newsroom_id = $1 AND slug = $2`,
		newsroomID, slug).Scan(&owner)
	return owner, err
}

// candidate is the nth try: the wish, then 2, 3 and so on after it, and where a great many share one
// name, something random.
func candidate(wish string, n int) string {
	switch {
	case n == 1:
		return wish
	case n < 50:
		return input.SuffixedSlug(wish, strconv.Itoa(n))
	}
	return input.SuffixedSlug(wish, strings.ToLower(rand.Text()[:8]))
}

// dropSlug gives up an address that the world has never seen.
func dropSlug(ctx context.Context, tx *sql.Tx, newsroomID, releaseID, slug string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM release_slugs WHERE newsroom_id = $1 AND slug = $2 AND release_id = $3`,
		newsroomID, slug, releaseID)
	if err != nil {
		return fmt.Errorf("drop slug %s: %w", slug, err)
	}
	return nil
}

// slugNotice tells a writer who chose an address that it became another.
func slugNotice(wish, slug string) []Notice {
	if slug == wish {
		return nil
	}
	return []Notice{{Field: "slug", Message: "notice.slug_taken", Args: map[string]any{"Wish": wish, "Slug": slug}}}
}
