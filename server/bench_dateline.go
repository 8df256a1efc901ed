package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dateline/jobs"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/config"
	"dateline/server/database"
	"dateline/subscribers"
)

// measureDateline mails a release as a running server does: subscribers imported, the audience staged
// before the lift, and from the lift on queue, ledger, splicing and sender.
func (b *benchmark) measureDateline(ctx context.Context) (m measurement, err error) {
	peak := watchMemory()
	p, err := b.open(ctx)
	if err != nil {
		return m, err
	}
	defer p.close()
	newsroom, err := p.desk.CreateNewsroom(ctx, benchActor, benchNewsroom())
	if err != nil {
		return m, err
	}
	if err := b.subscribe(ctx, p, newsroom); err != nil {
		return m, err
	}
	release, err := b.schedule(ctx, p, newsroom.ID)
	if err != nil {
		return m, err
	}
	began := time.Now()
	p.engine.Start()
	defer p.engine.Stop(context.WithoutCancel(ctx))
	if _, err := b.await(ctx, p, release, "staging", jobs.Staged, func(d jobs.Dispatch) int { return d.Audience }); err != nil {
		return m, err
	}
	m.staging = time.Since(began)
	lift := liftAt(time.Now().Add(time.Second))
	if _, err := p.desk.Schedule(ctx, benchActor, release, lift, false); err != nil {
		return m, err
	}
	p.engine.Wake()
	used := processorTime()
	var asked error
	letter := sync.OnceFunc(func() { asked = b.askForLetter(ctx, p, newsroom.ID) })
	d, err := b.await(ctx, p, release, "Dateline", jobs.Done, func(d jobs.Dispatch) int {
		left := d.Audience - d.Queued
		if left > d.Audience/4 && d.State == jobs.Sending {
			letter()
		}
		return left
	})
	m.sent, m.first, m.last = d.Sent, d.FirstSentAt.Sub(lift.At), d.LastSentAt.Sub(lift.At)
	m.processors, m.memory = processorTime()-used, peak()
	if err = errors.Join(err, asked); err == nil {
		m.letter, err = b.letterTook(ctx, p, d)
	}
	return m, err
}

// askForLetter does what somebody does who subscribes while the release goes out.
func (b *benchmark) askForLetter(ctx context.Context, p *program, newsroomID string) error {
	return p.engine.Post(ctx, jobs.Letter{
		NewsroomID: newsroomID, Kind: "confirm", Recipient: benchAsker, Language: benchNewsroom().Language, Data: map[string]string{"subscriber": rand.Text()},
	})
}

// letterTook is how long the letter that was asked for in mid fan-out took to leave; 0 when the fan-out
// was over too soon for one.
func (b *benchmark) letterTook(ctx context.Context, p *program, d jobs.Dispatch) (time.Duration, error) {
	var created int64
	var sent *int64
	err := p.db.QueryRowContext(ctx, `SELECT created_at, sent_at FROM letters WHERE kind = 'confirm'`).Scan(&created, &sent)
	if errors.Is(err, sql.ErrNoRows) || err == nil && created > d.LastSentAt.UnixMilli() {
		return 0, nil
	}
	if err == nil && sent == nil {
		err = errors.New("the letter that was asked for in mid fan-out hasn't left")
	}
	if err != nil {
		return 0, err
	}
	return time.Duration(*sent-created) * time.Millisecond, nil
}

// open wires what mailing needs, in the benchmark's directory and, on Postgres, a schema that is
// dropped afterwards.
func (b *benchmark) open(ctx context.Context) (p *program, err error) {
	p = &program{config: config.Config{Database: filepath.Join(b.dir, "dateline.db")}, now: time.Now, log: slog.New(slog.DiscardHandler)}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	schema := "dateline_bench_" + strings.ToLower(rand.Text())
	if b.database != "" {
		if p.config.Database, err = inSchema(b.database, schema); err != nil {
			return nil, err
		}
	}
	if p.db, err = database.Open(ctx, p.config.Database); err != nil {
		return nil, err
	}
	p.onClose(func() { p.db.Close() })
	if b.database != "" {
		if _, err := p.db.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
			return nil, fmt.Errorf("make the schema %s: %w", schema, err)
		}
		p.onClose(func() { p.db.Exec("DROP SCHEMA " + schema + " CASCADE") })
	}
	if _, err := database.Migrate(ctx, p.db); err != nil {
		return nil, err
	}
	if err := p.openRedis(); err != nil {
		return nil, err
	}
	return p, b.wire(p)
}

func inSchema(address, schema string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("the address of the database can't be read: %w", err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func (b *benchmark) wire(p *program) error {
	catalogues, err := words.Load()
	if err != nil {
		return err
	}
	sender := mail.NewSMTP([]mail.Relay{b.relay}, "localhost", benchTimeout)
	p.onClose(func() { sender.Close() })
	p.desk = releases.NewDesk(p.db, vault.New([]byte(rand.Text())), p.now)
	p.subscribers = subscribers.New(p.db, p.now, []byte(rand.Text()))
	p.ledger = jobs.NewLedger(p.db, p.now)
	p.engine = jobs.New(jobs.Deps{
		DB: p.db, DatabaseNow: database.Clock(p.db, p.config.Database), Redis: p.redis, Sender: sender,
		Desk: p.desk, Passes: releases.NewPasses(p.desk, []byte(rand.Text())), Subscribers: p.subscribers, Words: catalogues, Log: p.log,
	}, jobs.Settings{BaseURL: benchURL, Worker: true, Alone: true, Workers: b.connections, StageAhead: benchStageAhead})
	return nil
}

// subscribe imports the audience, as a press office would its list.
func (b *benchmark) subscribe(ctx context.Context, p *program, n releases.Newsroom) error {
	bar := b.bars.bar("import", b.recipients)
	reader, writer := io.Pipe()
	defer reader.Close()
	go func() {
		fmt.Fprintln(writer, "email,name")
		for i := range b.recipients {
			if _, err := fmt.Fprintf(writer, "%s,Reader %d\n", readerAddress(i), i); err != nil {
				return
			}
			bar.Add(1)
		}
		bar.Finish()
		writer.Close()
	}()
	done, err := p.subscribers.Import(ctx, benchActor, subscribers.Newsroom{ID: n.ID, Language: n.Language}, reader, "Made up for a benchmark")
	if err == nil && done.Added != b.recipients {
		err = fmt.Errorf("%d of %d subscribers were added", done.Added, b.recipients)
	}
	return err
}

// schedule takes a release the whole way, with a lift far enough ahead for its audience to be staged.
func (b *benchmark) schedule(ctx context.Context, p *program, newsroomID string) (releaseID string, err error) {
	saved, err := p.desk.Create(ctx, benchActor, newsroomID, releases.Draft{Text: benchText()})
	if err != nil {
		return "", err
	}
	if _, err := p.desk.Approve(ctx, benchActor, saved.ID, saved.Version, saved.Hash); err != nil {
		return "", err
	}
	_, err = p.desk.Schedule(ctx, benchActor, saved.ID, liftAt(p.now().Add(benchStageAhead/2)), false)
	return saved.ID, err
}

func liftAt(at time.Time) releases.Lift {
	return releases.Lift{At: at.Truncate(time.Millisecond).UTC()}
}

// await draws how far the release's dispatch has come until it is in a state.
func (b *benchmark) await(ctx context.Context, p *program, releaseID, name, state string, far func(jobs.Dispatch) int) (jobs.Dispatch, error) {
	bar := b.bars.bar(name, b.recipients)
	defer bar.Finish()
	for {
		dispatches, err := p.ledger.OfRelease(ctx, releaseID)
		if err != nil {
			return jobs.Dispatch{}, err
		}
		if len(dispatches) > 0 {
			d := dispatches[0]
			bar.Set(min(far(d), b.recipients))
			if d.State == state {
				return d, nil
			}
		}
		if pause(ctx, 500*time.Millisecond); ctx.Err() != nil {
			return jobs.Dispatch{}, ctx.Err()
		}
	}
}
