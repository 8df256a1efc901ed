package main

import (
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
	"time"
)

// report prints the table. bytes is the size of a message.
func (b *benchmark) report(w io.Writer, bytes int, limit, library, dateline measurement) {
	ledger, sink := "SQLite", "in this process, whose memory and processors it shares"
	if b.database != "" {
		ledger = "Postgres"
	}
	if b.arrivals == nil {
		sink = fmt.Sprintf("%s:%d", b.relay.Host, b.relay.Port)
	}
	fmt.Fprintf(w, "Messages of %.1f kB over %d connections on %d processors\n  ledger  %s\n  sink    %s\n\n",
		float64(bytes)/1000, b.connections, runtime.GOMAXPROCS(0), ledger, sink)

	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tmessages\ta second\tof the limit\tof go-mail\tfirst\tlast\tspread\tprocessor\tresident\theap\t")
	row := func(name string, m measurement) {
		fmt.Fprintf(table, "%-34s\t%d\t%.0f\t%.2f\t%.2f\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, m.sent, m.rate(), m.rate()/limit.rate(), m.rate()/library.rate(),
			milliseconds(m.first), seconds(m.last), seconds(m.last-m.first), microseconds(m.processors, m.sent), megabytes(m.memory.resident), megabytes(m.memory.heap))
	}
	row("one message, pipelined: the limit", limit)
	row("go-mail, connections kept", library)
	row("Dateline, whole", dateline)
	table.Flush()

	fmt.Fprintf(w, "\nFirst and last are counted from the lift, or from the start. Processor time is this process's for each message;\nmemory is the most it had at any time.\nDateline's audience was staged in %s.\n", seconds(dateline.staging))
	if dateline.letter > 0 {
		fmt.Fprintf(w, "A confirmation asked for in the middle of it left after %s.\n", milliseconds(dateline.letter))
	}
	if b.arrivals != nil && b.arrivals.check() == nil {
		fmt.Fprintf(w, "All %d recipients got one mail each.\n", b.recipients)
	}
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000)
}

func microseconds(d time.Duration, messages int) string {
	return fmt.Sprintf("%.0f µs", float64(d.Microseconds())/float64(max(messages, 1)))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func megabytes(n uint64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}
