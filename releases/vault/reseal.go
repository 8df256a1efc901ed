package vault

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// resealGroup is how many rows are read before they are written, one transaction each: small enough
// that nobody waits for it.
const resealGroup = 100

// Reseal seals again, under the first secret, every cell of a column that was sealed under another,
// and says how many there were. It may be stopped or killed at any point and run again; readers and
// writers may go on meanwhile. A cell that is changed under it is left to whoever changed it.
func Reseal(ctx context.Context, db *sql.DB, keys *Keys, c Column) (done int, err error) {
	for {
		cells, err := c.stale(ctx, db, keys.Prefix())
		if err != nil || len(cells) == 0 {
			return done, err
		}
		for _, one := range cells {
			text, err := keys.Open(c.Of(one.key...), one.sealed)
			if err != nil {
				return done, fmt.Errorf("reseal: %w", err)
			}
			if err := c.replace(ctx, db, one, keys.Seal(c.Of(one.key...), text)); err != nil {
				return done, err
			}
			done++
		}
	}
}

// Check finds out whether every cell of a column is under a secret that is here; ErrSealed when not.
func Check(ctx context.Context, db *sql.DB, keys *Keys, c Column) error {
	known, args := []string{c.Name + " <> ''"}, []any{}
	for _, one := range *keys.ring.Load() {
		args = append(args, one.prefix()+"%")
		known = append(known, fmt.Sprintf("%s NOT LIKE $%d", c.Name, len(args)))
	}
	var foreign bool
	err := db.QueryRowContext(ctx, fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %s WHERE %s)`, c.Table, strings.Join(known, " AND ")), args...).Scan(&foreign)
	if err != nil {
		return fmt.Errorf("check %s.%s: %w", c.Table, c.Name, err)
	}
	if foreign {
		return fmt.Errorf("%s.%s: %w", c.Table, c.Name, ErrSealed)
	}
	return nil
}

// Prefix is how every text begins that is sealed under the first secret.
func (k *Keys) Prefix() string { return (*k.ring.Load())[0].prefix() }

// stored is a cell as it was found.
type stored struct {
	key    []any
	sealed string
}

func (c Column) stale(ctx context.Context, db *sql.DB, prefix string) (cells []stored, err error) {
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s FROM %s WHERE %s <> '' AND %s NOT LIKE $1 LIMIT %d`,
		strings.Join(c.Key, ", "), c.Name, c.Table, c.Name, c.Name, resealGroup), prefix+"%")
	if err != nil {
		return nil, fmt.Errorf("find what to reseal in %s.%s: %w", c.Table, c.Name, err)
	}
	defer rows.Close()
	for rows.Next() {
		one := stored{key: make([]any, len(c.Key))}
		into := make([]any, 0, len(c.Key)+1)
		for i := range one.key {
			into = append(into, &one.key[i])
		}
		if err := rows.Scan(append(into, &one.sealed)...); err != nil {
			return nil, fmt.Errorf("find what to reseal in %s.%s: %w", c.Table, c.Name, err)
		}
		cells = append(cells, one)
	}
	return cells, rows.Err()
}

func (c Column) replace(ctx context.Context, db *sql.DB, one stored, sealed string) error {
	where := make([]string, len(c.Key))
	for i, name := range c.Key {
		where[i] = fmt.Sprintf("%s = $%d", name, i+3)
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf(`UPDATE %s SET %s = $1 WHERE %s = $2 AND %s`, c.Table, c.Name, c.Name, strings.Join(where, " AND ")),
		append([]any{sealed, one.sealed}, one.key...)...)
	if err != nil {
		return fmt.Errorf("reseal %s: %w", c.Of(one.key...), err)
	}
	return nil
}
