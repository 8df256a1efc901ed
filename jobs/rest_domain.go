package jobs

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"dateline/jobs/mail"
)

// domainRests are the recipient domains that refuse our mail. As a rule there are none, and then asking
// costs nothing.
type domainRests struct {
	known atomic.Pointer[map[string]Rest] // nil when there are none; a rest that is over stays until its domain takes a message
	mu    sync.Mutex                      // held while known is replaced
}

// of is the rest that a recipient's domain has at an instant.
func (d *domainRests) of(email string, now time.Time) (Rest, bool) {
	known := d.known.Load()
	if known == nil {
		return Rest{}, false
	}
	r, is := (*known)[mail.Domain(email)]
	return r, is && now.Before(r.Until)
}

// change replaces what is known.
func (d *domainRests) change(by func(map[string]Rest)) {
	known := map[string]Rest{}
	if now := d.known.Load(); now != nil {
		known = maps.Clone(*now)
	}
	by(known)
	if len(known) == 0 {
		d.known.Store(nil)
	} else {
		d.known.Store(&known)
	}
}

// domainRefused begins a rest of a domain, longer each time in a row, and returns it. Messages that were
// refused together are one refusal.
func (e *Engine) domainRefused(email string, v verdict, retry mail.Retry, now time.Time) Rest {
	name := mail.Domain(email)
	e.domains.mu.Lock()
	defer e.domains.mu.Unlock()
	var r Rest
	var is bool
	if known := e.domains.known.Load(); known != nil {
		r, is = (*known)[name]
	}
	switch {
	case is && now.Before(r.Until):
		return r
	case !is || now.Sub(r.Until) > restForgotten:
		r = Rest{Scope: DomainRests, Name: name, Since: now}
	}
	r.strikes++
	r.Code, r.Reason, r.Until = v.code, v.reason, now.Add(jitter(retry.Wait(r.strikes)))
	e.domains.change(func(known map[string]Rest) { known[name] = r })
	e.keepRest(r)
	e.deps.Log.Warn("mail to a domain rests", "domain", name, "code", r.Code, "reason", r.Reason, "until", r.Until)
	return r
}

// restForgotten is how long after its end a rest counts for how long the next one is.
const restForgotten = 24 * time.Hour

// domainTook ends the rests of a domain that takes mail again. What was on its way when it refused says
// nothing.
func (e *Engine) domainTook(email string, now time.Time) {
	known := e.domains.known.Load()
	if known == nil {
		return
	}
	name := mail.Domain(email)
	if r, is := (*known)[name]; !is || now.Before(r.Until) {
		return
	}
	e.domains.mu.Lock()
	defer e.domains.mu.Unlock()
	e.domains.change(func(known map[string]Rest) { delete(known, name) })
	e.endRest(DomainRests, name)
}

// readDomainRests learns of the rests that other processes have found, and of those that are over.
func (e *Engine) readDomainRests(ctx context.Context) error {
	if !e.settings.Worker {
		return nil
	}
	before := e.domains.known.Load()
	list, err := readRests(e.deps.DB.QueryContext(ctx, selectRests+` WHERE scope = $1`, DomainRests))
	if err != nil {
		return fmt.Errorf("read rests: %w", err)
	}
	now := e.clock.now()
	e.domains.mu.Lock()
	defer e.domains.mu.Unlock()
	if e.domains.known.Load() != before {
		return nil // what was read may be older than what was found since
	}
	e.domains.change(func(known map[string]Rest) {
		read := map[string]bool{}
		for _, r := range list {
			if now.Sub(r.Until) > restForgotten {
				e.endRest(DomainRests, r.Name)
				continue
			}
			read[r.Name] = true
			if r.Until.After(known[r.Name].Until) {
				known[r.Name] = r
			}
		}
		maps.DeleteFunc(known, func(name string, r Rest) bool { return !read[name] && !now.Before(r.Until) })
	})
	return nil
}

// waitsFor is a verdict on a recipient whose domain rests: deferred until then, with nothing tried. What
// has waited for as long as a delivery may fails.
func waitsFor(t tries, rest Rest, started, now time.Time, retry mail.Retry) verdict {
	v := verdict{state: Deferred, tries: t, code: rest.Code, reason: rest.Reason}
	if now.Sub(started) > retry.Limit() {
		v.state = Failed
		return v
	}
	spread := rest.Until.Sub(now)/10 + time.Second // not all at once
	v.next = inStep(rest.Until.Add(rand.N(spread)), spread)
	return v
}
