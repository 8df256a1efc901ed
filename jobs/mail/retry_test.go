package mail_test

import (
	"testing"
	"time"

	"dateline/jobs/mail"
)

func TestRetry_ByDefault_IsAt1_5_15And60MinutesThenHourlyForTwoDays(t *testing.T) {
	var retry mail.Retry
	for i, want := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, time.Hour, time.Hour} {
		if got := retry.Wait(i + 1); got != want {
			t.Errorf("after try %d it waits %v, want %v", i+1, got, want)
		}
	}
	var waited time.Duration
	tries := 1
	for ; !retry.Over(tries); tries++ {
		waited += retry.Wait(tries)
	}
	if waited > 48*time.Hour || waited < 47*time.Hour || tries != 51 {
		t.Errorf("the last of %d tries is after %v", tries, waited)
	}
}
