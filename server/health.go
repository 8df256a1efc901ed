package main

import (
	"context"
	"math"
	"time"

	"github.com/gofiber/fiber/v2"
)

// healthPatience bounds what a probe waits for.
const healthPatience = 2 * time.Second

// registerHealth adds the two probes. Anyone may call them: they name no release and no person.
//
//   - /healthz: the process is up and answers. For whoever restarts it, and for load balancers: pages
//     and lifts need neither Redis nor a relay.
//   - /readyz: it can do all of its work; 503 says what is wrong.
func (p *program) registerHealth() {
	p.app.Get("/healthz", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.SendString("ok\n")
	})
	p.app.Get("/readyz", func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), healthPatience)
		defer cancel()
		report := p.readiness(ctx)
		c.Set(fiber.HeaderCacheControl, "no-store")
		if report.Status != "ready" {
			c.Status(fiber.StatusServiceUnavailable)
		}
		return c.JSON(report)
	})
}

// readiness is /readyz: "ok" or what is wrong, for each thing that Dateline needs.
type readiness struct {
	Status string            `json:"status"` // ready, degraded
	Checks map[string]string `json:"checks"`
	// Warnings are what may become trouble and is none yet.
	Warnings map[string]string `json:"warnings,omitempty"`
}

func (p *program) readiness(ctx context.Context) readiness {
	health := p.engine.Health(ctx)
	report := readiness{Status: "ready", Checks: map[string]string{}}
	check := func(name string, well bool, trouble string) {
		report.Checks[name] = "ok"
		if !well {
			report.Status, report.Checks[name] = "degraded", trouble
		}
	}
	// What the drivers say can hold addresses and user names: it goes to the log, not to strangers.
	check("database", health.Database == nil, "can't be reached: nothing can be read or written")
	check("redis", health.Redis == nil, "can't be reached: pages and lifts are on time, mail may begin some seconds late")
	check("relay", health.Relay == nil, "can't be reached: pages and lifts are on time, mail waits and then goes")
	check("clock", math.Abs(health.Skew.Seconds()) <= 1, "this machine's clock and the database's are "+health.Skew.Abs().Round(time.Millisecond).String()+" apart: lifts wait for the later")
	check("letters", health.Waiting == 0, "single letters have waited for more than 10 seconds")
	if health.Unsynced {
		report.Warnings = map[string]string{"clock": "nothing keeps this machine's clock right: turn on time synchronisation"}
	}
	check("lifts", health.Overdue == 0, "mail of a lift is overdue by more than 10 seconds")
	for name, err := range map[string]error{"database": health.Database, "redis": health.Redis, "relay": health.Relay} {
		if err != nil {
			p.log.Warn("not ready", "check", name, "error", err)
		}
	}
	return report
}
