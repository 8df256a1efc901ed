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
	"dateline/releases/vault"
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
func claimSlug(ctx context.Context, tx *sql.Tx, keys *vault.Keys, newsroomID, releaseID, wish string) (string, error) {
	var others map[string]bool // by hash; nil before the wish was asked for
	for n := 1; ; n++ {
		slug := candidate(wish, n)
		taken := func(hash string) bool { return others[hash] }
		if slices.Contains(reservedReleases, slug) || slices.ContainsFunc(keys.Blind("slug", slug), taken) {
			continue
		}
		owner, err := slugOwner(ctx, tx, keys, newsroomID, releaseID, slug)
		if err == nil && owner != releaseID && others == nil {
			others, err = slugsOfOthers(ctx, tx, keys, newsroomID, releaseID, wish)
		}
		if err != nil {
			return "", fmt.Errorf("claim an address for %s: %w", releaseID, err)
		}
		if owner == releaseID {
			return slug, nil
		}
	}
}

// slugsOfOthers are the hashes of those candidates for a wish that other releases have, found at once: where
// many share a headline, trying one after another takes a query or two for each.
func slugsOfOthers(ctx context.Context, tx *sql.Tx, keys *vault.Keys, newsroomID, releaseID, wish string) (map[string]bool, error) {
	var candidates []string
	for n := 1; n < suffixes; n++ {
		candidates = append(candidates, candidate(wish, n))
	}
	args := []any{newsroomID, releaseID}
	rows, err := tx.QueryContext(ctx, `SELECT s.slug_key FROM release_slugs s WHERE s.newsroom_id = $1 AND s.release_id <> $2
		AND `+bySlug(keys, &args, candidates...), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	others := map[string]bool{}
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		others[hash] = true
	}
	return others, rows.Err()
}

// slugOwner is whose an address is after we tried to take it. No row of another's is locked.
func slugOwner(ctx context.Context, tx *sql.Tx, keys *vault.Keys, newsroomID, releaseID, slug string) (owner string, err error) {
	args := []any{newsroomID, releaseID, keys.Seal(formerSlugs.Of(releaseID), slug), slugKey(keys, slug)}
	taken, err := changedOne(tx.ExecContext(ctx, `INSERT INTO release_slugs (newsroom_id, release_id, slug, slug_key)
		SELECT $1, $2, CAST($3 AS TEXT), CAST($4 AS TEXT) WHERE NOT EXISTS (
			SELECT 1 FROM release_slugs s WHERE s.newsroom_id = $1 AND `+bySlug(keys, &args, slug)+`) ON CONFLICT DO NOTHING`, args...))
	if err != nil || taken {
		return releaseID, err
	}
	args = []any{newsroomID}
	err = tx.QueryRowContext(ctx, `SELECT s.release_id FROM release_slugs s WHERE s.newsroom_id = $1 AND `+bySlug(keys, &args, slug),
		args...).Scan(&owner)
	return owner, err
}

// suffixes is where numbers end, and something random follows.
const suffixes = 50

// candidate is the nth try: the wish, then 2, 3 and so on after it, and where a great many share one
// name, something random.
func candidate(wish string, n int) string {
	switch {
	case n == 1:
		return wish
	case n < suffixes:
		return input.SuffixedSlug(wish, strconv.Itoa(n))
	}
	return input.SuffixedSlug(wish, strings.ToLower(rand.Text()[:8]))
}

// dropSlug gives up an address that the world has never seen.
func dropSlug(ctx context.Context, tx *sql.Tx, keys *vault.Keys, newsroomID, releaseID, slug string) error {
	args := []any{newsroomID, releaseID}
	_, err := tx.ExecContext(ctx, `DELETE FROM release_slugs AS s WHERE s.newsroom_id = $1 AND s.release_id = $2 AND `+
		bySlug(keys, &args, slug), args...)
	if err != nil {
		return fmt.Errorf("drop an address of %s: %w", releaseID, err)
	}
	return nil
}

// slugNotice tells a writer that the address which they chose, or which their headline makes, became another. It
// says no more than the address does, to one who may list the newsroom's releases.
func slugNotice(wish, slug string) []Notice {
	if slug == wish {
		return nil
	}
	return []Notice{{Field: "slug", Message: "notice.slug_taken", Args: map[string]any{"Wish": wish, "Slug": slug}}}
}
