package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
)

// measurement is what one way of sending took.
type measurement struct {
	sent        int
	first, last time.Duration // from the start, or the lift, to the first mail taken and the last
	staging     time.Duration // of Dateline: until the audience was ready for its lift
	letter      time.Duration // of Dateline: until a letter that was asked for in the middle left; 0 is not measured
	processors  time.Duration // used meanwhile
	memory      memory
}

// rate is in messages a second, from the start to the last mail.
func (m measurement) rate() float64 { return float64(m.sent) / max(m.last.Seconds(), 1e-6) }

// measure takes the time and memory of a way of sending.
func (b *benchmark) measure(ctx context.Context, name string, count int, send func(context.Context, *stopwatch) error) (measurement, error) {
	peak := watchMemory()
	watch, used := &stopwatch{start: time.Now()}, processorTime()
	follow := b.bars.follow(name, count, func() int { return int(watch.count.Load()) })
	err := send(ctx, watch)
	follow()
	return measurement{
		sent: int(watch.count.Load()), first: time.Duration(watch.first.Load()), last: time.Duration(watch.last.Load()),
		processors: processorTime() - used, memory: peak(),
	}, err
}

// stopwatch takes the time of each mail that was taken. Many connections use it at once.
type stopwatch struct {
	start              time.Time
	count, first, last atomic.Int64 // nanoseconds since the start
}

func (s *stopwatch) took() {
	now := int64(time.Since(s.start))
	s.first.CompareAndSwap(0, now)
	s.last.Store(now)
	s.count.Add(1)
}

// bars draws progress on a terminal.
type bars struct{ w io.Writer }

func (b bars) bar(name string, count int) *progressbar.ProgressBar {
	return progressbar.NewOptions(count, progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription(fmt.Sprintf("  %-10s", name)),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("messages"), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetVisibility(isTerminal(b.w)))
}

// follow draws how many are done until the function it returns is called.
func (b bars) follow(name string, count int, done func() int) (stop func()) {
	bar := b.bar(name, count)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			bar.Set(min(done(), count))
			pause(ctx, 100*time.Millisecond)
		}
		bar.Finish()
	}()
	return func() { cancel(); <-ended }
}
