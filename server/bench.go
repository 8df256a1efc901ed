package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"dateline/jobs/mail"
	"dateline/jobs/mail/mailtest"
	"dateline/server/database"
)

// The bounds of a benchmark.
const (
	benchRecipients  = 2_000_000
	benchConnections = 500
	benchPatience    = time.Hour
	benchSample      = 60_000 // messages of the two it is compared with; more make no difference
	benchTimeout     = 30 * time.Second
	benchStageAhead  = time.Hour // of the lift, so that any audience is staged by then
)

// benchmark compares ways of sending a release to one sink.
type benchmark struct {
	recipients, connections int
	database                string // postgres://..., or "" for SQLite
	dir                     string // removed afterwards
	relay                   mail.Relay
	arrivals                *arrivals // nil when the sink is another program
	bars                    bars
}

func bench(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	b := benchmark{bars: bars{c.stderr}}
	flags.IntVar(&b.recipients, "recipients", 60_000, "how many subscribers to mail")
	flags.IntVar(&b.connections, "connections", 10, "connections to the sink")
	flags.StringVar(&b.database, "database", "", "postgres://... to keep the ledger in, in a schema of its own; SQLite if left out")
	smtp := flags.String("smtp", "", "host:port of an SMTP server that throws mail away; one in this process if left out")
	var what string
	if err := parse(flags, args, &what); err != nil {
		return err
	}
	if err := b.check(flags, what, *smtp); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, benchPatience)
	defer cancel()
	var err error
	if b.dir, err = os.MkdirTemp("", "dateline-bench-*"); err != nil {
		return fmt.Errorf("make the benchmark's directory: %w", err)
	}
	defer os.RemoveAll(b.dir)
	if what == "staging" {
		return b.stage(ctx, c.stdout)
	}
	if *smtp == "" {
		b.arrivals = newArrivals(b.recipients)
		sink, err := mailtest.ListenSink(b.arrivals.take)
		if err != nil {
			return fmt.Errorf("open the sink: %w", err)
		}
		defer sink.Close()
		b.relay = b.relayAt(sink.Addr())
	}
	return b.run(ctx, c)
}

// check says what is wrong with how the benchmark was called.
func (b *benchmark) check(flags *flag.FlagSet, what, smtp string) error {
	switch {
	case what != "fanout" && what != "staging":
		return usage(flags, "%q can't be measured; fanout and staging can", what)
	case b.recipients < 1 || b.recipients > benchRecipients:
		return usage(flags, "--recipients must be from 1 to %d", benchRecipients)
	case b.connections < 1 || b.connections > benchConnections:
		return usage(flags, "--connections must be from 1 to %d", benchConnections)
	case b.database != "" && !database.IsPostgres(b.database):
		return usage(flags, "--database must be postgres://..., or left out")
	}
	if smtp == "" {
		return nil
	}
	b.relay = b.relayAt(smtp)
	if b.relay.Host == "" || b.relay.Port < 1 || b.relay.Port > 65535 {
		return usage(flags, "--smtp must be host:port, not %q", smtp)
	}
	return nil
}

func (b *benchmark) relayAt(address string) mail.Relay {
	host, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	return mail.Relay{Host: host, Port: number, TLS: "none", Connections: b.connections}
}

// run takes the three measurements and prints them. Its error is also that somebody was skipped or
// mailed twice.
func (b *benchmark) run(ctx context.Context, c call) error {
	message, err := benchMessage()
	if err != nil {
		return err
	}
	sample := min(b.recipients, benchSample)
	limit, err := b.measure(ctx, "limit", sample, b.sendConstant(message, sample))
	if err != nil {
		return fmt.Errorf("measure the sink's limit: %w", err)
	}
	library, err := b.measure(ctx, "go-mail", sample, b.sendLibrary(message.Data, sample))
	if err != nil {
		return fmt.Errorf("measure go-mail: %w", err)
	}
	dateline, err := b.measureDateline(ctx)
	if err != nil {
		return fmt.Errorf("measure Dateline: %w", err)
	}
	b.report(c.stdout, len(message.Data), limit, library, dateline)
	if b.arrivals != nil {
		return b.arrivals.check()
	}
	if dateline.sent != b.recipients {
		return errors.New("not everyone was sent the mail")
	}
	return nil
}
