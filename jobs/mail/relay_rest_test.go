package mail

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestRest_GrowsWhileARelayFailsAndEndsWhenItDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRest(time.Second, 30*time.Second)
		if r.left() > 0 {
			t.Fatal("a new relay rests")
		}
		for _, seconds := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
			r.failed()
			r.ran(0, errors.New("another connection, lost with it"))
			if got := r.left(); got != seconds*time.Second {
				t.Fatalf("rests for %s, want %ds", got, seconds)
			}
			time.Sleep(r.left())
		}
		r.ran(1, errors.New("lost, but it had delivered"))
		if r.left() > 0 {
			t.Error("a relay that delivers rests")
		}
		if r.failed(); r.left() != time.Second {
			t.Errorf("after it delivered it rests for %s", r.left())
		}
	})
}
