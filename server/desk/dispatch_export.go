package desk

import (
	"bufio"
	"context"
)

// exportDispatch hands out what became of every recipient as CSV.
func exportDispatch(r *request) error {
	d, release, err := r.dispatch()
	if err != nil {
		return err
	}
	ledger, who := r.deps.Ledger, r.actor()
	return r.sendList(release.Slug+"-"+d.Kind+"-outcomes.csv", func(ctx context.Context, w *bufio.Writer) error {
		return ledger.Export(ctx, who, d.ID, w)
	})
}
