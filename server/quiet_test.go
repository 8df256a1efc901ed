package main

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestOnceQuiet_CallsOnceAfterTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, called := time.Now(), []time.Duration{}
		ask := onceQuiet(time.Second, func() { called = append(called, time.Since(began)) })
		time.Sleep(time.Minute)
		for range 5 {
			ask()
			time.Sleep(900 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := time.Minute + 4600*time.Millisecond; len(called) != 1 || called[0] != want {
			t.Errorf("called after %v, want once after %v", called, want)
		}
	})
}
