package dbtest

import (
	"fmt"
	"os"
	"testing"
)

func TestFreePort_IsGivenOnceAndToNobodyByTheSystem(t *testing.T) {
	var first, last int
	if kernel, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		if _, err := fmt.Sscan(string(kernel), &first, &last); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[int]bool{}
	for range 500 {
		port := FreePort(t)
		if seen[port] || (port >= first && port <= last) {
			t.Errorf("%d was given before: %v; the system gives %d to %d", port, seen[port], first, last)
		}
		seen[port] = true
	}
}
