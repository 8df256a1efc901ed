package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/desk"
	"dateline/server/newsroom"
)

// leakNoise is how far apart in time two answers may be that are one.
const leakNoise = 50 * time.Millisecond

// CheckLeaks tests a release and keeps what was found for the desk.
func (p *program) CheckLeaks(ctx context.Context, r releases.Release) error {
	report, err := p.checkLeaks(ctx, r)
	if err == nil {
		p.leaks.Store(r.ID, report)
	}
	return err
}

// LeakReport is what the last test in this process found.
func (p *program) LeakReport(releaseID string) desk.LeakReport {
	report, _ := p.leaks.Load(releaseID)
	found, _ := report.(desk.LeakReport)
	return found
}

// checkLeaks asks every public route for a release that is not live, as a stranger over HTTP on the
// program's own port, and compares with one that does not exist.
func (p *program) checkLeaks(ctx context.Context, r releases.Release) (desk.LeakReport, error) {
	probes := p.site.Probes(r)
	report := desk.LeakReport{At: p.now(), Ways: len(probes)}
	for _, probe := range probes {
		how, err := p.howItTells(ctx, probe, r)
		if err != nil {
			return report, fmt.Errorf("self-test of %s: %w", r.ID, err)
		}
		if how != "" {
			report.Leaks = append(report.Leaks, probe.Path+" ("+how+")")
		}
	}
	p.meter.checks.Inc()
	p.meter.leaks.Set(float64(len(report.Leaks)))
	if len(report.Leaks) > 0 {
		p.log.Error("an embargoed release can be noticed", "release", r.ID, "ways", len(report.Leaks), "of", report.Ways)
		p.leaks.Store(r.ID, report)
		return report, p.engine.Alarm(ctx, jobs.AlarmLeak, r.ID)
	}
	return report, nil
}

// leakTries is how often two answers may differ in time before that tells them apart: on a busy machine
// one may have had to wait; what takes longer by itself does so every time.
const leakTries = 6

// howItTells says how a way tells of a release; "" when it doesn't.
func (p *program) howItTells(ctx context.Context, probe newsroom.Probe, r releases.Release) (how string, err error) {
	for range leakTries {
		there, err := p.askAsStranger(ctx, probe.Path)
		if err != nil {
			return "", err
		}
		if probe.Missing == "" {
			if there.tells(r) {
				how = "its words"
			}
			return how, nil
		}
		nowhere, err := p.askAsStranger(ctx, probe.Missing)
		if err != nil {
			return "", err
		}
		if how = there.unlike(nowhere); !there.slower(nowhere) {
			return how, nil
		}
	}
	return how, nil
}

// strangersAnswer is all that a stranger sees of an answer.
type strangersAnswer struct {
	status int
	header string
	body   []byte
	took   time.Duration
}

func (p *program) askAsStranger(ctx context.Context, path string) (a strangersAnswer, err error) {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 10 * time.Second}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.listener.Addr().String()+path, nil)
	if err != nil {
		return a, err
	}
	start := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	if a.body, err = io.ReadAll(response.Body); err != nil {
		return a, err
	}
	a.took = time.Since(start)
	response.Header.Del("Date")
	a.status, a.header = response.StatusCode, fmt.Sprint(response.Header)
	return a, nil
}

// unlike says how two answers can be told apart; "" when they can't.
func (a strangersAnswer) unlike(b strangersAnswer) string {
	switch {
	case a.status != b.status:
		return fmt.Sprintf("status %d, not %d", a.status, b.status)
	case a.header != b.header:
		return "headers"
	case !bytes.Equal(a.body, b.body):
		return "body"
	case a.slower(b):
		return fmt.Sprintf("time %v, not %v", a.took.Round(time.Millisecond), b.took.Round(time.Millisecond))
	}
	return ""
}

// slower says whether the time that one of two took could tell them apart.
func (a strangersAnswer) slower(b strangersAnswer) bool { return (a.took - b.took).Abs() > leakNoise }

// tells says whether an answer has something of the release in it.
func (a strangersAnswer) tells(r releases.Release) bool {
	for _, part := range []string{r.ID, r.Slug} {
		if strings.Contains(string(a.body), part) {
			return true
		}
	}
	return false
}

// watchLeaks tests every release some minutes before its lift, and once more in the last minute.
func (p *program) watchLeaks(ctx context.Context) {
	tick := time.NewTicker(20 * time.Second)
	defer tick.Stop()
	tested := map[string]bool{}
	for {
		if err := p.testComing(ctx, tested); err != nil && ctx.Err() == nil {
			p.log.Error("self-test for leaks", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (p *program) testComing(ctx context.Context, tested map[string]bool) error {
	coming, _, err := p.desk.List(ctx, releases.ListFilter{State: releases.StateScheduled, Limit: 500})
	if err != nil {
		return err
	}
	for _, r := range coming {
		left := r.LiftAt.Sub(p.now())
		stage := "minutes"
		if left < time.Minute {
			stage = "last"
		}
		key := fmt.Sprint(r.ID, r.LiftAt.UnixMilli(), stage)
		// In the last seconds an answer might be of before the lift and the one beside it of after.
		if left > 10*time.Minute || left < 3*time.Second || tested[key] {
			continue
		}
		if err := p.CheckLeaks(ctx, r); err != nil {
			return err
		}
		tested[key] = true
	}
	return nil
}
