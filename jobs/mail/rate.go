package mail

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is how many messages are let out in a window of time, whatever instant it begins at. The zero
// Rate lets out any number.
type Rate struct {
	Messages int
	Window   time.Duration
}

// slack is added to a window, for what messages may be late on their way: the last of one window and the
// first of the next must not be seen in one.
const slack = 100 * time.Millisecond

// Period is the window as it is kept to.
func (r Rate) Period() time.Duration { return r.Window + slack }

// Step is the time between two messages that are let out as evenly as can be.
func (r Rate) Step() time.Duration { return r.Period() / time.Duration(r.Messages) }

// parseRate reads "50" or "50/s", "30/m"; 0 is none.
func parseRate(s string) (Rate, error) {
	digits, unit, _ := strings.Cut(s, "/")
	window, known := map[string]time.Duration{"": time.Second, "s": time.Second, "m": time.Minute}[unit]
	n, err := strconv.Atoi(digits)
	if err != nil || !known || n < 0 || n > 1_000_000 {
		return Rate{}, fmt.Errorf("%q is not a number of messages from 0 to 1000000, a second (50) or a minute (30/m)", s)
	}
	if n == 0 {
		return Rate{}, nil
	}
	return Rate{Messages: n, Window: window}, nil
}
