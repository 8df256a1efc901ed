package jobs

import (
	"strconv"
	"strings"
	"time"

	"dateline/jobs/mail"
)

// verdict is what an outcome means for a delivery.
type verdict struct {
	state string
	tries
	code    string
	reason  string
	wait    time.Duration // of one that is deferred, before jitter
	next    time.Time     // of one that is deferred until then, instead
	bounced bool          // the address doesn't exist
}

// tries is what has been tried already for a delivery or a letter.
type tries struct {
	attempts int
	doubts   int // how often whoever sent it was lost before its outcome
	losses   int // how often its connection was lost after the final dot
}

// mostDoubts is how often whoever sends a message may be lost before its outcome. The first time it may never have
// been begun, and later it may have waited behind another on its connection: ending it at the second crash would
// skip people. But what is asked for time after time when it crashes may be what kills.
const mostDoubts = 5

// mostLosses is how often a connection may be lost that the whole message went by. What a relay takes and doesn't
// answer, twice, it has probably taken twice.
const mostLosses = 2

// inDoubt says whether it may have been sent already.
func (t tries) inDoubt() bool { return t.doubts+t.losses > 0 }

// judge decides by what became of a try. A refusal that is not the recipient's fault uses up no try.
func judge(t tries, o mail.Outcome, retry mail.Retry) verdict {
	v := verdict{tries: t, code: code(o), reason: reason(o.Text)}
	v.attempts++
	switch o.Class {
	case mail.Sent:
		v.state = Sent
	case mail.Permanent:
		v.state = Failed
		v.bounced = bounced(o.Enhanced)
	case mail.Unknown:
		v.losses++
		v.state = Unknown
		if v.losses < mostLosses {
			v.state, v.wait = Deferred, retry.Wait(1)
		}
	case mail.CutOff:
		v.doubts++
		v.state = Unknown
		if v.doubts < mostDoubts {
			v.state = Queued
		}
	case mail.Barred, mail.Policy:
		v.state, v.attempts, v.wait = Deferred, t.attempts, refusedWait
	default:
		v.state = Failed
		if !retry.Over(v.attempts) {
			v.state, v.wait = Deferred, retry.Wait(v.attempts)
		}
	}
	return v
}

// refusedWait is how long a recipient waits whose relay refuses us; the relay rests for as long as it
// has to.
const refusedWait = 5 * time.Second

// bounced says whether a permanent refusal is the address's own: RFC 3463 section 3.2, less the codes
// that speak of the sender (5.1.7, 5.1.8) or of the path (5.1.9).
func bounced(enhanced string) bool {
	detail, is := strings.CutPrefix(enhanced, "5.1.")
	return is && detail != "7" && detail != "8" && detail != "9"
}

// code is the relay's answer as it is kept: "550 5.1.1", or "" when there was none.
func code(o mail.Outcome) string {
	if o.Code == 0 {
		return ""
	}
	return strings.TrimSpace(strconv.Itoa(o.Code) + " " + o.Enhanced)
}

// reason is a relay's words made fit to store: valid, one line, and of a length.
func reason(text string) string {
	const longest = 300
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return ' '
		}
		return r
	}, text)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return strings.TrimSpace(text)
}
