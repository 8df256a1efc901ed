package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what this process has used of its processors.
func processorTime() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// memory of this process in bytes.
type memory struct {
	resident uint64 // as the kernel counts; 0 where it can't be read
	heap     uint64 // Go's objects
}

// watchMemory begins afresh and returns what tells, once, the most that was used since.
func watchMemory() (peak func() memory) {
	debug.FreeOSMemory()
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan memory, 1)
	go func() {
		var most memory
		for ctx.Err() == nil {
			now := memoryNow()
			most = memory{max(most.resident, now.resident), max(most.heap, now.heap)}
			pause(ctx, 50*time.Millisecond)
		}
		result <- most
	}()
	return func() memory { cancel(); return <-result }
}

func memoryNow() memory {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	m := memory{heap: sample[0].Value.Uint64()}
	if statm, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(statm)); len(fields) > 1 {
			pages, _ := strconv.ParseUint(fields[1], 10, 64)
			m.resident = pages * uint64(os.Getpagesize())
		}
	}
	return m
}
