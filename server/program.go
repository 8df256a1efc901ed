package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"dateline/jobs"
	"dateline/jobs/hub"
	"dateline/jobs/mail"
	"dateline/releases"
	"dateline/releases/files"
	"dateline/releases/vault"
	"dateline/releases/words"
	"dateline/server/api"
	"dateline/server/auth"
	"dateline/server/config"
	"dateline/server/database"
	"dateline/server/desk"
	"dateline/server/newsroom"
	"dateline/server/web"
	"dateline/subscribers"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"
)

// program is everything, wired by hand. Tests and the demo use the same wiring.
type program struct {
	config      config.Config
	log         *slog.Logger
	now         func() time.Time
	listener    net.Listener
	db          *sql.DB
	redis       redis.UniversalClient
	keys        *vault.Keys // seals what is not yet public
	auth        *auth.Store
	desk        *releases.Desk
	passes      *releases.Passes
	public      *releases.Public
	files       *files.Store
	subscribers *subscribers.Store
	ledger      *jobs.Ledger
	mailbox     *mail.Capture // nil when relays take the mail
	engine      *jobs.Engine
	meter       *meter
	leaks       sync.Map // desk.LeakReport by release
	hub         *hub.Hub
	site        *newsroom.Site
	app         *fiber.App
	internal    bool     // the hub may reach callbacks on this machine: only tests set it
	endStreams  func()   // those that would go on for as long as they are read
	closers     []func() // in the order they were opened
}

// open takes what the program holds alone (the data directory, the port), waits for the database,
// and wires the parts. Redis and the relay need not be reachable. On an error it has closed whatever
// it opened.
func open(ctx context.Context, c config.Config, log *slog.Logger) (*program, error) {
	p := &program{config: c, log: log, now: time.Now, meter: newMeter(), endStreams: func() {}}
	if err := p.assemble(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *program) assemble(ctx context.Context) error {
	if err := p.claim(); err != nil {
		return err
	}
	secrets, err := loadSecrets(p.config)
	if err != nil {
		return err
	}
	if p.keys, err = loadKeys(p.config); err != nil {
		return err
	}
	if p.db, err = openDatabase(ctx, p.config.Database, databasePatience, p.log); err != nil {
		return err
	}
	p.onClose(func() { p.db.Close() })
	if err := p.checkKeys(ctx); err != nil {
		return err
	}
	if err := p.openRedis(); err != nil {
		return err
	}
	return p.wire(ctx, secrets)
}

// claim takes the port, and the data directory where the database is in it.
func (p *program) claim() (err error) {
	if err := writable(p.config.Data); err != nil {
		return err
	}
	if p.config.Embedded() {
		unlock, err := lock(filepath.Join(p.config.Data, "lock"))
		if err != nil {
			return err
		}
		p.onClose(unlock)
	}
	if p.listener, err = listen(p.config.Addr); err != nil {
		return err
	}
	p.onClose(func() { p.listener.Close() })
	if p.config.Metrics == "" {
		return nil
	}
	figures, err := listen(p.config.Metrics)
	if err != nil {
		return err
	}
	p.onClose(func() { figures.Close() })
	go p.meter.serve(figures)
	return nil
}

func (p *program) wire(ctx context.Context, secrets [][]byte) error {
	messages, err := words.Load()
	if err != nil {
		return err
	}
	sender, err := p.openSender()
	if err != nil {
		return err
	}
	p.onClose(func() { sender.Close() })
	p.auth = auth.New(p.db, p.now)
	p.desk = releases.NewDesk(p.db, p.keys, p.now)
	p.passes = releases.NewPasses(p.desk, secrets...)
	public, err := database.OpenPublic(ctx, p.config.Database)
	if err != nil {
		return err
	}
	p.onClose(func() { public.Close() })
	p.public = releases.NewPublic(public, p.keys)
	p.files = files.NewStore(filepath.Join(p.config.Data, "files"))
	p.subscribers = subscribers.New(p.db, p.now, secrets...)
	p.ledger = jobs.NewLedger(p.db, p.now)
	p.hub = p.newHub()
	p.engine = jobs.New(jobs.Deps{
		DB: p.db, DatabaseNow: database.Clock(p.db, p.config.Database), Redis: p.redis, Sender: sender,
		Desk: p.desk, Passes: p.passes, Subscribers: p.subscribers, Words: messages, ReturnPaths: mail.NewReturnPaths(secrets...), Log: p.log,
		Admins: p.auth.Admins, Unsynced: unsynchronised, Lifted: func(late time.Duration) { p.meter.lateness.Observe(late.Seconds()) },
		// The runtime would keep what mailings took for minutes. To give it back stops what else is going on for a moment.
		Idle: onceQuiet(time.Second, debug.FreeOSMemory),
	}, jobs.Settings{
		BaseURL: p.config.URL, Worker: p.config.Worker, Alone: p.config.Embedded(), Workers: p.connections(), Now: p.now,
	})
	p.meter.registry.MustRegister(newFigures(p.engine))
	// A worker has the public side too: what the hub distributes is what it would answer.
	if p.site, err = newsroom.New(newsroom.Deps{
		Public: p.public, Files: p.files, Passes: p.passes, Subscribers: p.subscribers, Letters: p.engine, Hub: p.hub, Limits: p.auth,
		Words: messages, BaseURL: p.config.URL, IndexNowKey: p.indexNowKey(), Now: p.now,
	}); err != nil {
		return err
	}
	p.desk.Watch(func() {
		p.site.Changed()
		p.hub.Wake()
	})
	if !p.config.Web {
		p.app = web.NewApp(fiber.DefaultErrorHandler, p.log)
		p.registerHealth()
		return nil
	}
	return p.wireWeb(messages)
}

// newHub makes the hub before the parts that it asks, since they need it themselves.
func (p *program) newHub() *hub.Hub {
	return hub.New(hub.Deps{
		DB: p.db, Public: p.public, Lane: jobs.NewSlowLane(p.redis, p.log), Limits: p.auth,
		Document: func(ctx context.Context, now time.Time, target string) (hub.Document, error) {
			return p.site.Document(ctx, now, target)
		},
		Now: func() time.Time { return p.engine.Now() }, Keys: p.keys, Log: p.log,
	}, hub.Settings{
		BaseURL: p.config.URL, Worker: p.config.Worker, Alone: p.config.Embedded(), Internal: p.internal,
		IndexNow: p.config.IndexNow, IndexNowKey: p.indexNowKey(),
	})
}

// indexNowKey is the same on every node, and "" when search engines are told nothing.
func (p *program) indexNowKey() string {
	if p.config.IndexNow == "" {
		return ""
	}
	return hex.EncodeToString([]byte(p.keys.Blind("indexnow", "key")[0]))
}

// wireWeb adds the web side. The newsroom's routes come last, since /{n} takes every short path.
func (p *program) wireWeb(messages *words.Words) error {
	officers, err := desk.New(desk.Deps{
		Auth: p.auth, Releases: p.desk, Files: p.files, Passes: p.passes, Subscribers: p.subscribers, Ledger: p.ledger, Engine: p.engine,
		Mailbox: p.mailbox, Preview: p.site.Preview, Leaks: p, Sending: p.sending, DNS: net.DefaultResolver, Words: messages,
		BaseURL: p.config.URL, Now: p.now,
	})
	if err != nil {
		return err
	}
	p.app = web.NewApp(p.site.Error, p.log)
	p.app.Use(p.meter.observe)
	p.registerHealth()
	p.endStreams = officers.Close
	officers.Register(p.app)
	api.Register(p.app, api.Deps{
		Auth: p.auth, Releases: p.desk, Files: p.files, Passes: p.passes, Subscribers: p.subscribers, Ledger: p.ledger, Engine: p.engine,
		Words: messages, BaseURL: p.config.URL,
	})
	p.site.Register(p.app)
	return nil
}

// openSender gives the relays, with mail signed by the keys in the data directory, or the mailbox.
func (p *program) openSender() (mail.Sender, error) {
	if len(p.config.SMTP) == 0 {
		p.mailbox = mail.NewCapture(p.db, p.keys, p.now)
		return p.mailbox, nil
	}
	found, err := loadDKIM(p.config.Data)
	if err != nil {
		return nil, err
	}
	var keys []mail.DKIMKey
	for _, k := range found {
		keys = append(keys, k.DKIMKey)
	}
	return mail.Signed(mail.NewSMTP(p.config.SMTP, hostName(p.config.URL), smtpTimeout), keys...)
}

// sending is what the desk shows DNS records by. Keys are read anew: `dateline dkim` may have made some
// since the start.
func (p *program) sending() (mail.Sending, error) {
	keys, err := loadDKIM(p.config.Data)
	s := mail.Sending{Relays: p.config.SMTP}
	for _, k := range keys {
		s.Keys = append(s.Keys, mail.PublicKey{Domain: k.Domain, Selector: k.Selector, Text: k.record})
	}
	return s, err
}

// connections is how many to one relay can be open at once, 0 when mail is captured.
func (p *program) connections() (most int) {
	for _, relay := range p.config.SMTP {
		most = max(most, relay.Connections)
	}
	return most
}

func (p *program) onClose(f func()) { p.closers = append(p.closers, f) }

func (p *program) close() {
	for i := len(p.closers) - 1; i >= 0; i-- {
		p.closers[i]()
	}
	p.closers = nil
}

// serve answers requests and does the background work until ctx ends. Then it stops claiming, lets
// what is in flight finish, and returns a second after stopPatience at the latest.
func (p *program) serve(ctx context.Context) error {
	p.engine.Start()
	p.hub.Start()
	tidying, stopTidying := context.WithCancel(ctx)
	tidied := make(chan struct{})
	go func() { p.tidyFiles(tidying); close(tidied) }()
	served := make(chan error, 1)
	go func() { served <- p.app.Listener(p.listener) }()
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	if p.config.Web {
		go p.watchLeaks(watching)
	}
	var err error
	select {
	case err = <-served:
		err = fmt.Errorf("serve on %s: %w", p.config.Addr, err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	last := time.After(stopPatience + time.Second)
	// The two wait for each other's like at the same time: requests end while mail drains.
	var stopped sync.WaitGroup
	stopped.Go(func() { p.engine.Stop(stopping) })
	stopped.Go(func() { p.hub.Stop(stopping) })
	p.endStreams()
	if stop := p.app.ShutdownWithTimeout(stopPatience / 2); stop != nil && err == nil {
		p.log.Info("requests were cut off", "error", stop)
	}
	stopTidying()
	ended := make(chan struct{})
	go func() { <-tidied; stopped.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-last: // a statement that has begun is waited for, however long the database doesn't answer
		p.log.Error("the database does not answer; what was not written down is in doubt")
		p.closers = nil // closing would wait for it, too
	}
	return err
}

const (
	databasePatience = 30 * time.Second // how long an unreachable database is waited for at start
	stopPatience     = 8 * time.Second  // from SIGTERM until what is in flight is cut off; a second later all ends
	smtpTimeout      = 30 * time.Second // for every read and write on a relay's connection
)
