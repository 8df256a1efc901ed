package main

import "golang.org/x/sys/unix"

// unsynchronised says whether the kernel knows of nobody that keeps this machine's clock right. Where
// it can't be asked, as in some containers, that is no reason for an alarm.
func unsynchronised() bool {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return false
	}
	return t.Status&unix.STA_UNSYNC != 0
}
