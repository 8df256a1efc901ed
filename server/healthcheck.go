package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"

	"dateline/server/config"
)

// healthCheck asks a running server's /healthz, for containers that hold no other program.
func healthCheck(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	if err := parse(flags, args); err != nil {
		return err
	}
	settings, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", config.Port(settings.Addr))+"/healthz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers at %s, where DATELINE_ADDR says that it runs: %w", request.URL.Host, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return nil
}
