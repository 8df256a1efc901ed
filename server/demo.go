package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"
	"dateline/server/config"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	latest       = time.Second      // a surface that carries the release later than this breaks a promise
	demoPatience = 15 * time.Minute // how long the mail of a demo may take
	demoOfficer  = "demo@norrvikshamn.example"
)

// demo runs the whole program on embedded defaults and shows its main job.
func demo(ctx context.Context, c call, flags *flag.FlagSet, args []string) error {
	in := flags.Duration("in", 30*time.Second, "how long until the embargo lifts")
	count := flags.Int("subscribers", 1000, "how many subscribers to mail")
	once := flags.Bool("once", false, "exit after the summary, non-zero if a promise broke")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *in < time.Second || *count < 1 {
		return usage(flags, "--in must be 1s or more, and --subscribers 1 or more")
	}
	settings, err := demoSettings(c)
	if err != nil {
		return err
	}
	p, err := open(ctx, settings, newLog(io.Discard))
	if err != nil {
		return err
	}
	defer p.close()

	// The watcher may end the server, and the server's end ends the watcher.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	release, err := p.prepareDemo(ctx, c.stdout, *count, *in)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- p.serve(ctx); cancel() }()
	broken := p.showDemo(ctx, c, release, *count)
	if *once || broken != nil {
		cancel()
		return errors.Join(broken, <-served)
	}
	fmt.Fprintf(c.stdout, "\nThe server goes on at %s; stop it with Ctrl-C.\n", p.config.URL)
	return <-served
}

// demoSettings are the embedded defaults in a new directory of the demo's own, whatever else the
// environment says. A default port that is taken is no reason not to show the demo.
func demoSettings(c call) (config.Config, error) {
	only := func(name string) string {
		if name == "DATELINE_ADDR" || name == "DATELINE_URL" {
			return c.getenv(name)
		}
		return ""
	}
	settings, err := config.Load(only)
	if err != nil {
		return settings, err
	}
	dir := "dateline-demo"
	if data := c.getenv("DATELINE_DATA"); data != "" {
		dir = filepath.Join(data, "demo")
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return settings, err
	}
	if err := emptyDemo(dir); err != nil {
		return settings, err
	}
	settings.Data, settings.Database = dir, filepath.Join(dir, "dateline.db")
	if c.getenv("DATELINE_ADDR") == "" {
		probe, err := listen(settings.Addr)
		if err != nil {
			if probe, err = listen("127.0.0.1:0"); err != nil {
				return settings, err
			}
		}
		settings.Addr = probe.Addr().String()
		probe.Close()
	}
	if c.getenv("DATELINE_URL") == "" {
		settings.URL = "http://localhost:" + config.Port(settings.Addr)
	}
	return settings, nil
}

// emptyDemo makes the demo's directory anew. It removes only what an earlier demo has made.
func emptyDemo(dir string) error {
	mark := filepath.Join(dir, "made-by-dateline-demo")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("the demo's directory %s can't be made: %w", dir, cause(err))
		}
		return os.WriteFile(mark, nil, 0o600)
	}
	if _, err := os.Stat(mark); err != nil {
		return fmt.Errorf("%s is there and was not made by a demo; move it away, or run the demo elsewhere", dir)
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return fmt.Errorf("another demo is running in %s", dir)
	}
	defer unlock()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() != filepath.Base(mark) && entry.Name() != "lock" {
			if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *program) prepareDemo(ctx context.Context, w io.Writer, count int, in time.Duration) (releases.Release, error) {
	password := strings.ToLower(rand.Text()[:16])
	if _, err := p.auth.AddOfficer(ctx, demoActor, demoOfficer, "Demo", password, auth.Admin); err != nil {
		return releases.Release{}, err
	}
	release, err := p.seedDemo(ctx, count, in)
	if err != nil {
		return release, err
	}
	fmt.Fprintf(w, "Dateline demo, in %s\n\n", p.config.Data)
	fmt.Fprintf(w, "  newsroom    %s/%s\n  desk        %s/desk\n", p.config.URL, release.Newsroom.Slug, p.config.URL)
	fmt.Fprintf(w, "              sign in as %s with %s\n\n", demoOfficer, password)
	fmt.Fprintf(w, "  release     %s\n", release.Text.Headline)
	fmt.Fprintf(w, "  lifts       %s, and %d subscribers wait for it\n\n", release.LiftAt.In(time.Local).Format("2006-01-02 15:04:05.000 MST"), count)
	return release, nil
}

// showDemo tells what happens as it does, then the summary. Its error is the promises that broke.
func (p *program) showDemo(ctx context.Context, c call, release releases.Release, count int) error {
	ctx, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	base := "http://" + p.listener.Addr().String()
	surfaces := surfacesOf(release)
	watched := make(chan struct{})
	go countdown(ctx, c.stdout, release.LiftAt)
	go func() {
		defer close(watched)
		watchSurfaces(ctx, base, surfaces, release.LiftAt, func(s *surface) {
			fmt.Fprintf(c.stdout, "\r  %-12s live at %s, %s after the lift\n", s.name, s.live.Format("15:04:05.000"), after(release.LiftAt, s.live))
		})
	}()
	pause(ctx, time.Until(release.LiftAt))
	dispatch, err := p.followMail(ctx, c, release.ID, count)
	if err != nil {
		return err
	}
	<-watched
	return p.summarise(ctx, c.stdout, surfaces, release.LiftAt, dispatch, count)
}

func countdown(ctx context.Context, w io.Writer, lift time.Time) {
	terminal := isTerminal(w)
	for left := time.Until(lift); left > 0 && ctx.Err() == nil; left = time.Until(lift) {
		whole := left.Truncate(time.Second)
		if terminal {
			fmt.Fprintf(w, "\r  embargo lifts in %-6s", whole+time.Second)
		} else if seconds := int(whole.Seconds()) + 1; seconds%10 == 0 || seconds <= 3 {
			fmt.Fprintf(w, "  embargo lifts in %ds\n", seconds)
		}
		pause(ctx, left-whole+time.Millisecond)
	}
	fmt.Fprintf(w, "\r  embargo lifted at %s\n", lift.In(time.Local).Format("15:04:05.000"))
}

// followMail draws the bar until every delivery has an outcome.
func (p *program) followMail(ctx context.Context, c call, releaseID string, count int) (jobs.Dispatch, error) {
	bar := progressbar.NewOptions(count, progressbar.OptionSetWriter(c.stdout), progressbar.OptionSetDescription("  mail"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("mails"), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetVisibility(isTerminal(c.stdout)))
	for {
		dispatches, err := p.ledger.OfRelease(ctx, releaseID)
		if err != nil {
			return jobs.Dispatch{}, fmt.Errorf("follow the mail: %w", err)
		}
		if len(dispatches) > 0 {
			d := dispatches[0]
			if err := bar.Set(min(count, d.Sent+d.Failed+d.Excluded+d.Unknown)); err != nil {
				return d, err
			}
			if d.State == "done" {
				fmt.Fprintln(c.stdout)
				return d, nil
			}
		}
		pause(ctx, 100*time.Millisecond)
		if ctx.Err() != nil {
			return jobs.Dispatch{}, fmt.Errorf("the mail did not end: %w", ctx.Err())
		}
	}
}

func (p *program) summarise(ctx context.Context, w io.Writer, surfaces []*surface, lift time.Time, d jobs.Dispatch, count int) error {
	mails, distinct, err := p.mailbox.Tally(ctx, d.ID)
	if err != nil {
		return err
	}
	skipped, doubled := count-distinct, mails-distinct
	spread := d.LastSentAt.Sub(d.FirstSentAt)
	fmt.Fprintf(w, "\n  page        %s after the lift\n", after(lift, surfaces[0].live))
	fmt.Fprintf(w, "  first mail  %s after the lift\n  last mail   %s after the lift\n", after(lift, d.FirstSentAt), after(lift, d.LastSentAt))
	fmt.Fprintf(w, "  mail        %d sent, %d failed, %d skipped, %d doubled; %.0f a second\n", d.Sent, d.Failed, skipped, doubled, float64(d.Sent)/max(spread.Seconds(), 0.001))
	broken := brokenPromises(surfaces, lift, d.Sent, count, skipped, doubled)
	if len(broken) == 0 {
		fmt.Fprintln(w, "  promises    kept: nothing early, nothing late, nobody skipped, nobody mailed twice")
		return nil
	}
	return fmt.Errorf("a promise broke: %w", errors.Join(broken...))
}

// brokenPromises is what a demo ends in failure for.
func brokenPromises(surfaces []*surface, lift time.Time, sent, count, skipped, doubled int) []error {
	var broken []error
	for _, s := range surfaces {
		switch {
		case s.early:
			broken = append(broken, fmt.Errorf("the %s was seen before the lift", s.name))
		case s.live.IsZero() || s.live.Sub(lift) > latest:
			broken = append(broken, fmt.Errorf("the %s was later than %s", s.name, latest))
		}
	}
	if skipped != 0 || sent != count {
		broken = append(broken, fmt.Errorf("%d of %d subscribers have their mail", sent, count))
	}
	if doubled != 0 {
		broken = append(broken, fmt.Errorf("%d mails came twice", doubled))
	}
	return broken
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
