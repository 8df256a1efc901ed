//go:build !linux

package main

// unsynchronised is not known here.
func unsynchronised() bool { return false }
