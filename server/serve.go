package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"dateline/releases/history"
	"dateline/server/auth"
	"dateline/server/config"
)

// setupValid is how long the link that makes the first account works. A new one is printed at every
// start until it has been used.
const setupValid = 24 * time.Hour

func serve(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	p, err := open(ctx, settings, newLog(c.stderr))
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.greet(ctx, c.stdout); err != nil {
		return err
	}
	return p.serve(ctx)
}

func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, nil))
}

// greet prints where everything is, and while nobody has an account the one-time link that makes the
// first one.
func (p *program) greet(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "Dateline %s\n\n", version())
	if !p.config.Web {
		fmt.Fprintf(w, "  worker      sends mail; health at http://%s/readyz\n\n", p.listener.Addr())
		return nil
	}
	fmt.Fprintf(w, "  newsroom    %s/\n  desk        %s/desk\n", p.config.URL, p.config.URL)
	any, err := p.auth.HasOfficers(ctx)
	if err != nil {
		return err
	}
	if !any {
		secret, err := p.auth.Invite(ctx, history.System, auth.Admin, setupValid)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  first time  %s/desk/setup/%s\n              makes the first account; works once, for 24 hours\n", p.config.URL, secret)
	}
	if p.mailbox != nil {
		fmt.Fprintf(w, "  mail        is captured, not sent: read it at %s/desk/mailbox\n", p.config.URL)
	}
	fmt.Fprintf(w, "  data        %s\n\n", p.config.Data)
	return nil
}
