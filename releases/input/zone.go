package input

import (
	"strings"
	"time"
	_ "time/tzdata" // zones exist where the system has no list of them
)

// Zone says whether there is such an IANA zone. "Local" and "" are none.
func Zone(name string) bool {
	_, ok := Location(name)
	return ok
}

// Location finds an IANA zone by its name.
func Location(name string) (*time.Location, bool) {
	// A system's folder of zones also holds files that mean something else on each machine, and
	// copies that count leap seconds.
	top, _, _ := strings.Cut(name, "/")
	switch top {
	case "", "Local", "localtime", "posixrules", "posix", "right", "Factory":
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}
