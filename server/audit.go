package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"

	"dateline/releases/history"
)

// audit checks the history. What it prints of a whole one is worth keeping elsewhere: whoever can
// change the database could make a chain anew, but not one that ends in a hash that was noted before.
func audit(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	var what string
	if err := parse(flags, args, &what); err != nil {
		return err
	}
	if what != "verify" {
		return usage(flags, "there is no %q; it is `dateline audit verify`", what)
	}
	return withDatabase(ctx, c, func(db *sql.DB) error {
		if err := history.Verify(ctx, db); err != nil {
			return err
		}
		rows, hash, err := history.Head(ctx, db)
		if err == nil {
			fmt.Fprintf(c.stdout, "the history is whole: %d rows, the last with hash %s\n", rows, hash)
		}
		return err
	})
}
