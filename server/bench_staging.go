package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/database"
)

// staged is what staging an audience took, and how long others had to wait for it.
type staged struct {
	importing, staging time.Duration
	bare               time.Duration // one INSERT ... SELECT of the same deliveries
	held               time.Duration // the longest that one transaction kept SQLite's other writers waiting; 0 with Postgres
	desk               []time.Duration
	counts             []time.Duration // of the audience, as the desk counts it
	memory             memory
}

// stage has an audience staged as a running server does, while somebody works at the desk.
func (b *benchmark) stage(ctx context.Context, out io.Writer) error {
	p, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	newsroom, err := p.desk.CreateNewsroom(ctx, benchActor, benchNewsroom())
	if err != nil {
		return err
	}
	var s staged
	began := time.Now()
	if err := b.subscribe(ctx, p, newsroom); err != nil {
		return err
	}
	s.importing = time.Since(began)
	if err := b.countAudience(ctx, p, newsroom, &s); err != nil {
		return err
	}
	release, err := b.schedule(ctx, p, newsroom.ID)
	if err != nil {
		return err
	}
	dispatch, err := b.stageWatched(ctx, p, newsroom, release, &s)
	if err != nil {
		return err
	}
	if err := b.insertBare(ctx, p, dispatch, &s); err != nil {
		return err
	}
	b.reportStaging(out, s)
	return nil
}

// countAudience counts as the desk does for each release that waits.
func (b *benchmark) countAudience(ctx context.Context, p *program, n releases.Newsroom, s *staged) error {
	for range 5 {
		began := time.Now()
		count, err := p.subscribers.Count(ctx, n.ID, nil)
		if err == nil && count != b.recipients {
			err = fmt.Errorf("%d of %d subscribers were counted", count, b.recipients)
		}
		if err != nil {
			return err
		}
		s.counts = append(s.counts, time.Since(began))
	}
	return nil
}

// stageWatched stages the release's audience.
func (b *benchmark) stageWatched(ctx context.Context, p *program, n releases.Newsroom, release string, s *staged) (jobs.Dispatch, error) {
	peak := watchMemory()
	stop := b.workAtDesk(ctx, p, n)
	database.LongestWrite(p.config.Database)
	p.engine.Start()
	d, err := b.await(ctx, p, release, "staging", jobs.Staged, func(d jobs.Dispatch) int { return d.Audience })
	p.engine.Stop(context.WithoutCancel(ctx))
	s.held, s.memory = database.LongestWrite(p.config.Database), peak()
	if s.desk = stop(); err != nil {
		return d, err
	}
	if d.Audience != b.recipients {
		return d, fmt.Errorf("%d of %d subscribers were staged", d.Audience, b.recipients)
	}
	var took int64 // as the history has it: await only looks now and then
	err = p.db.QueryRowContext(ctx, `SELECT MAX(at) - MIN(at) FROM history WHERE subject = $1 AND action IN ('dispatch.open', 'dispatch.stage')`, d.ID).Scan(&took)
	s.staging = time.Duration(took) * time.Millisecond
	return d, err
}

// workAtDesk saves something small over and over, and tells in the end how long each took.
func (b *benchmark) workAtDesk(ctx context.Context, p *program, n releases.Newsroom) (stop func() []time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	result := make(chan []time.Duration, 1)
	go func() {
		var took []time.Duration
		for ctx.Err() == nil {
			began := time.Now()
			if _, err := p.db.ExecContext(ctx, `UPDATE newsrooms SET boilerplate = boilerplate WHERE id = $1`, n.ID); err == nil {
				took = append(took, time.Since(began))
			}
			pause(ctx, 5*time.Millisecond)
		}
		result <- took
	}()
	return func() []time.Duration { cancel(); return <-result }
}

// insertBare copies the deliveries, in their order, under a dispatch that is over: into the same table,
// with the same indexes, and nothing asked or counted.
func (b *benchmark) insertBare(ctx context.Context, p *program, d jobs.Dispatch, s *staged) error {
	const bare = "zzzzzzzzzzzzzzzzzzzzzzzzzz" // comes last, as new rows do in a table made for the comparison
	_, err := p.db.ExecContext(ctx, `INSERT INTO dispatches (id, newsroom_id, release_id, kind, state, version, audience, cursor, created_at)
		SELECT CAST($1 AS TEXT), newsroom_id, release_id, 'advance', 'done', 0, 0, '', created_at FROM dispatches WHERE id = $2`, bare, d.ID)
	if err != nil {
		return err
	}
	began := time.Now()
	_, err = p.db.ExecContext(ctx, `INSERT INTO deliveries
		(dispatch_id, seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at)
		SELECT CAST($1 AS TEXT), seq, subscriber_id, email, name, language, state, attempts, doubts, losses, code, reason, next_at, updated_at
		FROM deliveries WHERE dispatch_id = $2 ORDER BY seq`, bare, d.ID)
	s.bare = time.Since(began)
	return err
}

func (b *benchmark) reportStaging(w io.Writer, s staged) {
	rate := func(d time.Duration) float64 { return float64(b.recipients) / max(d.Seconds(), 1e-6) }
	engine := "SQLite"
	if b.database != "" {
		engine = "Postgres"
	}
	fmt.Fprintf(w, "An audience of %d in %s on %d processors\n\n", b.recipients, engine, runtime.GOMAXPROCS(0))
	fmt.Fprintf(w, "  imported      in %s, %.0f a second\n", seconds(s.importing), rate(s.importing))
	fmt.Fprintf(w, "  counted       in %s, %s at most\n", milliseconds(slices.Min(s.counts)), milliseconds(slices.Max(s.counts)))
	fmt.Fprintf(w, "  staged        in %s, %.0f a second\n", seconds(s.staging), rate(s.staging))
	fmt.Fprintf(w, "  inserted      in %s, %.0f a second, by one bare INSERT ... SELECT; staging took %.1f times as long\n",
		seconds(s.bare), rate(s.bare), s.staging.Seconds()/max(s.bare.Seconds(), 1e-6))
	if b.database == "" {
		fmt.Fprintf(w, "  lock          held for %s at most by one transaction\n", milliseconds(s.held))
	}
	if len(s.desk) > 0 {
		slices.Sort(s.desk)
		fmt.Fprintf(w, "  desk          saved %d times meanwhile, in %s (median), %s at most\n", len(s.desk), milliseconds(s.desk[len(s.desk)/2]), milliseconds(slices.Max(s.desk)))
	}
	fmt.Fprintf(w, "  memory        %s resident and %s heap at most\n", megabytes(s.memory.resident), megabytes(s.memory.heap))
}
