package releases

import (
	"context"
	"database/sql"
	"fmt"

	"dateline/releases/vault"
)

// Reseal brings every text and address under the first of the installation's secrets, and says how
// many were under another. It may be stopped at any point and run again.
func Reseal(ctx context.Context, db *sql.DB, keys *vault.Keys) (done int, err error) {
	for _, column := range []vault.Column{texts, slugs, remarks, waves, notes, withdrawalReasons, forcedReasons} {
		n, err := vault.Reseal(ctx, db, keys, column)
		done += n
		if err != nil {
			return done, err
		}
	}
	n, err := resealAddresses(ctx, db, keys)
	return done + n, err
}

// CheckKeys is vault.ErrSealed when there is a release that keys can't open.
func CheckKeys(ctx context.Context, db *sql.DB, keys *vault.Keys) error {
	return vault.Check(ctx, db, keys, slugs)
}

// resealAddresses changes with each address the hash that it is found by.
func resealAddresses(ctx context.Context, db *sql.DB, keys *vault.Keys) (done int, err error) {
	for {
		addresses, err := staleAddresses(ctx, db, keys)
		if err != nil || len(addresses) == 0 {
			return done, err
		}
		for _, a := range addresses {
			slug, err := keys.Open(formerSlugs.Of(a.release), a.sealed)
			if err != nil {
				return done, fmt.Errorf("reseal addresses: %w", err)
			}
			_, err = db.ExecContext(ctx, `UPDATE release_slugs SET slug_key = $1, slug = $2 WHERE newsroom_id = $3 AND slug_key = $4`,
				slugKey(keys, slug), keys.Seal(formerSlugs.Of(a.release), slug), a.newsroom, a.key)
			if err != nil {
				return done, fmt.Errorf("reseal an address of %s: %w", a.release, err)
			}
			done++
		}
	}
}

type address struct{ newsroom, release, key, sealed string }

func staleAddresses(ctx context.Context, db *sql.DB, keys *vault.Keys) (found []address, err error) {
	rows, err := db.QueryContext(ctx, `SELECT newsroom_id, release_id, slug_key, slug FROM release_slugs WHERE slug NOT LIKE $1 LIMIT 100`,
		keys.Prefix()+"%")
	if err != nil {
		return nil, fmt.Errorf("find addresses to reseal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a address
		if err := rows.Scan(&a.newsroom, &a.release, &a.key, &a.sealed); err != nil {
			return nil, fmt.Errorf("find addresses to reseal: %w", err)
		}
		found = append(found, a)
	}
	return found, rows.Err()
}
