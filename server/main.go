// Command dateline is a self-hosted press release distribution platform: `go run ./server`. Its
// settings are DATELINE_... in the environment; `dateline help` lists its commands.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"dateline/server/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	for _, said := range config.Unknown(os.Environ()) {
		fmt.Fprintln(os.Stderr, said)
	}
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
