package newsroom

import (
	"context"
	"sync/atomic"
	"time"

	"dateline/releases"

	"golang.org/x/sync/singleflight"
)

// trust is how long an edition is believed in without asking the database: it bounds how late a
// change made by another process shows here. Changes of this process and lifts show at once.
const trust = 20 * time.Millisecond

// editions knows which edition it is, at the cost of a query every so often and not one a request.
type editions struct {
	public *releases.Public
	latest atomic.Pointer[edition]
	turns  atomic.Int64
	asking singleflight.Group
}

type edition struct {
	releases.Edition
	changed  time.Time // when something public last changed, lifts apart
	from, to time.Time // to is its end by the next lift; zero when there is none
	asked    time.Time // by this machine's running clock
}

func (e *edition) holds(now time.Time) bool {
	return !now.Before(e.from) && (e.to.IsZero() || now.Before(e.to))
}

// begun is when the world last saw anything change; zero when it never has.
func (e *edition) begun() time.Time {
	if lifted := time.UnixMilli(e.Lifted); e.Lifted > 0 && lifted.After(e.changed) {
		return lifted
	}
	return e.changed
}

// at is the edition that the world sees at now.
func (e *editions) at(ctx context.Context, now time.Time) (*edition, error) {
	for {
		if latest := e.latest.Load(); latest != nil && latest.holds(now) && time.Since(latest.asked) < trust {
			return latest, nil
		}
		// Whoever comes while the database is asked shares the answer, if it holds for them too.
		asked, err, _ := e.asking.Do("", func() (any, error) { return e.ask(ctx, now) })
		if err != nil {
			return nil, err
		}
		if answer := asked.(*edition); answer.holds(now) {
			return answer, nil
		}
	}
}

func (e *editions) ask(ctx context.Context, now time.Time) (*edition, error) {
	turn := e.turns.Load()
	answer := &edition{from: now, asked: time.Now()}
	var err error
	if answer.Edition, answer.changed, answer.to, err = e.public.Edition(ctx, now); err != nil {
		return nil, err
	}
	if e.turns.Load() == turn {
		e.latest.Store(answer)
	}
	return answer, nil
}

// turn forgets the edition. A question under way is not for those who come from here on.
func (e *editions) turn() {
	e.turns.Add(1)
	e.asking.Forget("")
	e.latest.Store(nil)
}
