package main

import "time"

// onceQuiet gives a function that has do called once it hasn't been called itself for a while.
func onceQuiet(while time.Duration, do func()) func() {
	timer := time.AfterFunc(while, do)
	timer.Stop()
	return func() { timer.Reset(while) }
}
