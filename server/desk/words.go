package desk

import (
	"net/url"
	"strings"
	"time"

	"dateline/releases"
)

// maxSkew is how far the node's clock may be from the database's before the desk says so.
const maxSkew = time.Second

// chip is a state: a colour, and a word and a mark beside it, since colour alone says nothing to some.
type chip struct{ Colour, Mark, Label string }

// tab is one of several views of a page.
type tab struct {
	URL, Label string
	Current    bool
}

// lift is a release's instant in words: how long until, when it is near, and the time itself.
type lift struct {
	ISO, Near, At string
}

// stateChip shows how far a release has come.
func (r *request) stateChip(s releases.State) chip {
	label := r.say.T("desk.state_" + string(s))
	switch s {
	case releases.StateScheduled:
		return chip{"amber", "◷", label}
	case releases.StateLive:
		return chip{"green", "●", label}
	case releases.StateWithdrawn, releases.StateDeleted:
		return chip{"red", "✕", label}
	case releases.StateSubmitted, releases.StateApproved:
		return chip{"blue", map[releases.State]string{releases.StateSubmitted: "?", releases.StateApproved: "✓"}[s], label}
	default:
		return chip{"plain", "✎", label}
	}
}

// releaseChip says the state of a release, and of a withdrawn one whether it was ever out.
func (r *request) releaseChip(release releases.Release) chip {
	c := r.stateChip(release.State)
	if release.Canceled() {
		c.Label = r.say.T("desk.state_canceled")
	}
	return c
}

func (r *request) kind(k releases.Kind) string {
	return r.say.T("desk.kind_" + strings.ReplaceAll(string(k), "-", "_"))
}

// lift says when a release lifts or lifted, in its own zone.
func (r *request) lift(release releases.Release) lift {
	if release.LiftAt.IsZero() {
		return lift{}
	}
	l := lift{ISO: release.LiftAt.Format(time.RFC3339), At: r.say.Time(release.LiftAt, release.Zone)}
	if until := release.LiftAt.Sub(r.deps.Now()); until > 0 && release.State == releases.StateScheduled {
		l.Near = r.say.T("desk.in", "Span", r.say.Duration(until))
	}
	return l
}

// address adds query parameters that are not empty; pairs are name, value.
func address(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Add(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
