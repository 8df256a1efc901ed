package desk

import (
	"context"
	"time"

	"dateline/releases"
)

// LeakTests asks the public routes, as a stranger would, for a release that is not live.
type LeakTests interface {
	CheckLeaks(ctx context.Context, r releases.Release) error
	// LeakReport is what the last test in this process found; Ways is 0 when there was none.
	LeakReport(releaseID string) LeakReport
}

// LeakReport is what a self-test found.
type LeakReport struct {
	At    time.Time
	Ways  int      // that were tried
	Leaks []string // the addresses that tell, and how
}

func checkLeaks(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	if release.State == releases.StateLive {
		return r.redirect("/desk/releases/" + release.ID)
	}
	if err := r.deps.Leaks.CheckLeaks(r.ctx(), release); err != nil {
		return err
	}
	return r.redirect("/desk/releases/" + release.ID + "#leaks")
}
