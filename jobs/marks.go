package jobs

import "sync"

// reachLimit is how many messages a connection may have marked beyond the last that it asked for. It
// bounds what is in doubt after a crash.
const reachLimit = 8

// Depth is how many messages of one connection can be in doubt after a crash. When a mark is begun, the
// message it was asked for and the two before it may have no outcome yet; it reaches over the rest.
const Depth = reachLimit + 2

// marks moves one batch's mark ahead of its connection. Where messages go faster than commits, a mark
// reaches over several; as soon as no message has to wait for its mark, it reaches less far again, down
// to the one message: what is marked and never begun would be in doubt for nothing.
type marks struct {
	begin func(at int) *receipt // begins to write the mark of the recipient at a place
	last  int                   // the last place there is

	mu    sync.Mutex
	reach int
	ahead []mark // begun, in order; all but the first cover places not asked for yet
	ready int    // messages in a row that didn't have to wait
	asked bool   // for the first, whose mark nobody could begin ahead
}

type mark struct {
	upTo int
	*receipt
}

// upTo gives the mark that covers a place. The next is begun while half of its reach is left, so that
// it is ready in time.
func (m *marks) upTo(at int) mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	begun := at - 1
	if n := len(m.ahead); n > 0 {
		begun = m.ahead[n-1].upTo
	}
	if begun < min(at+m.reach/2, m.last) {
		to := min(at+m.reach-1, m.last)
		m.ahead = append(m.ahead, mark{upTo: to, receipt: m.begin(to)})
	}
	for m.ahead[0].upTo < at {
		m.ahead = m.ahead[1:]
	}
	return m.ahead[0]
}

// wait waits for a mark, and learns from whether it had to.
func (m *marks) wait(mark mark) error {
	decided := mark.isDecided()
	m.mu.Lock()
	m.ready++
	switch {
	case !m.asked:
		m.asked = true
	case !decided:
		m.ready, m.reach = 0, min(2*m.reach, reachLimit)
	case m.ready >= 4*reachLimit:
		m.ready, m.reach = 0, max(m.reach-1, 1)
	}
	m.mu.Unlock()
	return mark.wait()
}
