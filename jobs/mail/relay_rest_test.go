package mail

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestRest_GrowsWhileARelayFailsAndEndsWhenItDelivers(t *testing.T) {
	barred := func(code int) error { return &Failure{Outcome{Class: Barred, Code: code, Text: "no"}} }
	for name, c := range map[string]struct {
		err  error
		want []time.Duration
	}{
		"away":            {errors.New("lost"), []time.Duration{1, 2, 4, 8, 16, 30, 30}},
		"not now":         {barred(421), []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}},
		"refused":         {barred(554), []time.Duration{60, 120, 240, 480, 900, 900}},
		"not trustworthy": {barred(0), []time.Duration{60, 120}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &relay{rest: &rest{bounds: bounds}}
				if r.rest.left() > 0 {
					t.Fatal("a new relay rests")
				}
				first := time.Now()
				for _, seconds := range c.want {
					r.rest.failed(c.err)
					r.rest.ran(0, errors.New("another connection, lost with it"))
					if got := r.rest.left(); got != seconds*time.Second {
						t.Fatalf("rests for %s, want %ds", got, seconds)
					}
					told, is := r.refusal()
					if is != (name != "away") || is && (!told.Since.Equal(first) || time.Until(told.Until) != r.rest.left() || told.Why.Text != "no") {
						t.Fatalf("told: %v, %+v", is, told)
					}
					time.Sleep(r.rest.left())
				}
				r.rest.ran(1, errors.New("lost, but it had delivered"))
				if _, is := r.refusal(); r.rest.left() > 0 || is {
					t.Error("a relay that delivers rests")
				}
				if r.rest.failed(c.err); r.rest.left() != c.want[0]*time.Second {
					t.Errorf("after it delivered it rests for %s", r.rest.left())
				}
			})
		})
	}
}

func TestRest_ARelayThatRefusesAfterItDelivered_RestsUnlessItOnlyClosed(t *testing.T) {
	for code, rests := range map[int]bool{421: false, 450: true, 550: true} {
		r := &rest{bounds: bounds}
		r.ran(5, &Failure{Outcome{Class: Barred, Code: code}})
		if got := r.left() > 0; got != rests {
			t.Errorf("after a %d it rests: %v", code, got)
		}
	}
}
