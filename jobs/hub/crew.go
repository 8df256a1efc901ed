package hub

import (
	"context"
	"strings"
	"sync"
)

// How many exchanges are under way at once in this process: with all callbacks, and with one host, so
// that one which stalls holds up nobody else.
const (
	together    = 64
	withOneHost = 4
)

// crew does what references name, several at once. A reference waits here for its host's turn; it is
// held once, however often it comes.
type crew struct {
	do       func(ref string)
	claiming context.Context
	work     sync.WaitGroup

	mu      sync.Mutex
	known   map[string]bool
	waiting map[string][]string // references by host
	busy    map[string]int      // exchanges under way by host
	running int
}

func newCrew(claiming context.Context, do func(ref string)) *crew {
	return &crew{do: do, claiming: claiming, known: map[string]bool{}, waiting: map[string][]string{}, busy: map[string]int{}}
}

// take never waits.
func (c *crew) take(ref string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[ref] {
		return
	}
	c.known[ref] = true
	host := hostOf(ref)
	c.waiting[host] = append(c.waiting[host], ref)
	c.begin(host)
}

// begin starts what may start for a host. c.mu is held.
func (c *crew) begin(host string) {
	for c.claiming.Err() == nil && c.running < together && c.busy[host] < withOneHost && len(c.waiting[host]) > 0 {
		ref := c.waiting[host][0]
		if c.waiting[host] = c.waiting[host][1:]; len(c.waiting[host]) == 0 {
			delete(c.waiting, host)
		}
		c.busy[host]++
		c.running++
		c.work.Go(func() {
			c.do(ref)
			c.finished(ref, host)
		})
	}
}

func (c *crew) finished(ref, host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, ref)
	c.running--
	if c.busy[host]--; c.busy[host] == 0 {
		delete(c.busy, host)
	}
	c.begin(host)
	for other := range c.waiting { // in no order, so that each host has its chance
		if c.running >= together {
			return
		}
		c.begin(other)
	}
}

// wait returns when nothing is under way. Nothing begins once claiming has ended and take is no more called.
func (c *crew) wait() { c.work.Wait() }

func hostOf(ref string) string {
	_, rest, _ := strings.Cut(ref, "/")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
