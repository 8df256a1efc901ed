package releases_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/database/dbtest"
)

// race has 100 people do one thing at once. All but the winner must be told of a conflict.
func race(t *testing.T, do func(ctx context.Context) error) (winners int) {
	t.Helper()
	var wins atomic.Int64
	var people sync.WaitGroup
	start := make(chan struct{})
	for range 100 {
		people.Go(func() {
			<-start
			switch err := do(t.Context()); {
			case err == nil:
				wins.Add(1)
			case !errors.Is(err, releases.ErrConflict):
				t.Errorf("lost with %v; want a conflict", err)
			}
		})
	}
	close(start)
	people.Wait()
	return int(wins.Load())
}

func TestChange_ByAHundredAtOnce_HasOneWinner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		r := o.create("Kapplöpning")
		lift := o.lift(time.Hour)
		for _, step := range []struct {
			name string
			do   func(ctx context.Context) error
		}{
			{"submit", func(ctx context.Context) error { _, err := o.desk.Submit(ctx, writer, r.ID); return err }},
			{"approve", func(ctx context.Context) error { _, err := o.desk.Approve(ctx, approver, r.ID, 1, r.Hash); return err }},
			{"schedule", func(ctx context.Context) error { _, err := o.desk.Schedule(ctx, writer, r.ID, lift, false); return err }},
			{"unschedule", func(ctx context.Context) error { _, err := o.desk.Unschedule(ctx, writer, r.ID); return err }},
			{"edit", func(ctx context.Context) error {
				_, err := o.desk.Edit(ctx, writer, r.ID, 1, draft("Ändrad"))
				return err
			}},
			{"approve the edit", func(ctx context.Context) error { _, err := o.desk.Approve(ctx, approver, r.ID, 2, ""); return err }},
			{"publish", func(ctx context.Context) error { _, err := o.desk.Publish(ctx, writer, r.ID); return err }},
			{"withdraw", func(ctx context.Context) error {
				_, err := o.desk.Withdraw(ctx, approver, r.ID, releases.WithdrawInput{Reason: "Fel belopp."})
				return err
			}},
		} {
			if winners := race(t, step.do); winners != 1 {
				t.Errorf("%s has %d winners", step.name, winners)
			}
		}
		var rows int
		if err := db.QueryRow(`SELECT COUNT(*) FROM history WHERE subject = $1`, r.ID).Scan(&rows); err != nil || rows != 9 {
			t.Errorf("the history has %d rows of it, %v; want its creation and one for each winner", rows, err)
		}
		if err := history.Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
	})
}

// Unscheduling and publishing pull in two directions; whoever comes second must be refused or act on
// what the first has made of it, and the release must end in one piece.
func TestChange_InTwoDirections_EndsInOnePiece(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		for range 10 {
			r := o.scheduled("Dragkamp", time.Hour)
			var both sync.WaitGroup
			var unscheduled, published error
			both.Go(func() { _, unscheduled = o.desk.Unschedule(t.Context(), writer, r.ID) })
			both.Go(func() { _, published = o.desk.Publish(t.Context(), approver, r.ID) })
			both.Wait()
			if published != nil || unscheduled != nil && !errors.Is(unscheduled, releases.ErrConflict) {
				t.Fatalf("unschedule: %v, publish: %v", unscheduled, published)
			}
			o.state(r.ID, releases.StateLive)
			list := must[[]releases.Live](t)(o.public.List(t.Context(), o.now(), releases.Filter{Limit: 500}))
			times := 0
			for _, l := range list {
				if l.ID == r.ID {
					times++
				}
			}
			if times != 1 {
				t.Fatalf("it is listed %d times", times)
			}
		}
	})
}

func TestCreate_OfOneHeadlineAtOnce_GivesEachItsAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sql.DB) {
		o := newOffice(t, db, 1)
		var mutex sync.Mutex
		slugs := map[string]bool{}
		winners := race(t, func(ctx context.Context) error {
			r, err := o.desk.Create(ctx, writer, o.newsroom.ID, draft("Samma rubrik"))
			mutex.Lock()
			defer mutex.Unlock()
			slugs[r.Slug] = true
			return err
		})
		if winners != 100 || len(slugs) != 100 || !slugs["samma-rubrik"] || !slugs["samma-rubrik-2"] {
			t.Errorf("%d were saved with %d addresses", winners, len(slugs))
		}
	})
}
