package dbtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// given are the ports that this process has given out.
var given sync.Map

// FreePort is a port of this machine for a server that is started later. It isn't one that the system
// hands to whoever asks for any (those from 32768 on, of Linux), nor one of the servers of `make test`: between
// here and there another would have it.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := 10_000 + rand.IntN(10_000)
		if _, was := given.LoadOrStore(port, true); was {
			continue
		}
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
