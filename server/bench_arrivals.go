package main

import (
	"bytes"
	"fmt"
	"sync/atomic"
)

// arrivals is who got the release, as the sink saw it.
type arrivals struct {
	expected int
	seen     []atomic.Uint64 // a bit for each reader
	distinct atomic.Int64
	doubled  atomic.Int64
}

func newArrivals(expected int) *arrivals {
	return &arrivals{expected: expected, seen: make([]atomic.Uint64, expected/64+1)}
}

// readerAddress is the address of one of the benchmark's subscribers, and readerName what comes before
// its number.
func readerAddress(number int) string {
	return fmt.Sprintf("%s%d@outlet%d.example", readerName, number, number%97)
}

const readerName = "reader"

// take is told of each mail. Those of the comparisons go to nobody of the audience.
func (a *arrivals) take(recipient []byte) {
	digits, is := bytes.CutPrefix(recipient, []byte(readerName))
	if !is {
		return
	}
	number := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			break
		}
		number = number*10 + int(c-'0')
	}
	if number >= a.expected {
		return
	}
	bit := uint64(1) << (number % 64)
	if a.seen[number/64].Or(bit)&bit != 0 {
		a.doubled.Add(1)
	} else {
		a.distinct.Add(1)
	}
}

// check is nil when everyone got one mail.
func (a *arrivals) check() error {
	skipped, doubled := a.expected-int(a.distinct.Load()), a.doubled.Load()
	if skipped != 0 || doubled != 0 {
		return fmt.Errorf("%d of %d recipients were skipped, %d mails came twice", skipped, a.expected, doubled)
	}
	return nil
}
