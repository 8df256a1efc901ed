package jobs

import "dateline/jobs/mail"

// reachLimit is how many messages a connection may have marked beyond the last that it asked for. It
// bounds what is in doubt after a crash.
const reachLimit = 32

// Depth is how many messages of one connection can be in doubt after a crash. When a mark is begun, the
// message it was asked for and the two before it may have no outcome yet; it reaches over the rest.
const Depth = reachLimit + 2

// marks moves the marks of a connection's batches ahead of it. Where messages go faster than commits, a mark
// reaches over several; as soon as no message has to wait for its mark, it reaches less far again, down
// to the one message: what is marked and never begun would be in doubt for nothing.
type marks struct {
	begin   func(at, most int) (int, *commit) // begins to write a mark that reaches over a place, and tells how far
	inDoubt func(place int) bool              // as one who may have got it already
	last    int                               // the last place there is yet

	reach int
	ahead []ahead // begun, in order; all but the first cover places not asked for yet
	ready int     // messages in a row that didn't have to wait
	begun bool    // the first is, whose mark nobody could begin ahead
}

// ahead is a mark that is being written.
type ahead struct {
	upTo int
	*commit
}

// of gives the mark that covers a place. The next is begun while half of its reach is left, so that it
// is ready in time.
func (m *marks) of(at int) mail.Mark {
	begun := at - 1
	if n := len(m.ahead); n > 0 {
		begun = m.ahead[n-1].upTo
	}
	if begun < min(at+m.reach/2, m.last) {
		for to := m.upTo(at); begun < to; { // a mark ends with its batch
			var written *commit
			begun, written = m.begin(begun+1, to)
			m.ahead = append(m.ahead, ahead{upTo: begun, commit: written})
		}
	}
	for m.ahead[0].upTo < at {
		m.ahead = m.ahead[1:]
	}
	return &mark{marks: m, commit: m.ahead[0].commit}
}

// upTo is how far marks may reach when a place is asked for: over nobody who is in doubt already. Who is found
// in doubt again has been asked for each time, and however often it crashes, the doubts of nobody run out
// who was never begun.
func (m *marks) upTo(at int) int {
	most, to := min(at+m.reach-1, m.last), at
	for to < most && !m.inDoubt(to+1) {
		to++
	}
	return to
}

// mark is one message's.
type mark struct {
	*marks
	*commit
	waited bool
}

func (m *mark) Durable() bool {
	if m.isDecided() {
		return m.err == nil
	}
	m.learn(false)
	return false
}

func (m *mark) Wait() error {
	m.learn(m.isDecided())
	return m.commit.wait()
}

// learn changes the reach once for a message, by whether it had to wait.
func (m *mark) learn(decided bool) {
	if m.waited {
		return
	}
	m.waited = true
	m.ready++
	switch {
	case !m.begun:
		m.begun = true
	case !decided:
		m.ready, m.reach = 0, min(2*m.reach, reachLimit)
	case m.ready >= 4*reachLimit:
		m.ready, m.reach = 0, max(m.reach-1, 1)
	}
}
