package jobs

import (
	"strconv"
	"strings"
	"time"

	"dateline/jobs/mail"
)

// verdict is what an outcome means for a delivery.
type verdict struct {
	state    string
	retried  bool
	attempts int
	code     string
	reason   string
	wait     time.Duration // of one that is deferred, before jitter
	bounced  bool          // the address doesn't exist
}

// waits between the tries of a deferred delivery; the last repeats until maxAttempts, about 48 hours
// after the first try.
var waits = [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

const maxAttempts = 51

// judge decides on a recipient by what became of the try.
func judge(r recipient, o mail.Outcome) verdict {
	v := verdict{retried: r.retried, attempts: r.attempts + 1, code: code(o), reason: reason(o.Text)}
	switch o.Class {
	case mail.Sent:
		v.state = Sent
	case mail.Permanent:
		v.state = Failed
		v.bounced = bounced(o.Enhanced)
	case mail.Unknown:
		v.state, v.retried = Unknown, true
		if !r.retried {
			v.state, v.wait = Deferred, waits[0]
		}
	default: // temporary, or a policy that is not the recipient's fault
		v.state = Failed
		if v.attempts < maxAttempts {
			v.state, v.wait = Deferred, waits[min(v.attempts, len(waits))-1]
		}
	}
	return v
}

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
