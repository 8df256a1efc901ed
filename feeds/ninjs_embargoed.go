package feeds

import (
	"time"

	"dateline/releases"
)

// Embargoed is a release as the holder of a pass may have it before its lift.
type Embargoed struct {
	Live    releases.Live
	Written time.Time     // when the version that the holder sees was
	Pass    releases.Pass // whose copy it is
	Files   string        // absolute address that those of its files begin with
}

// NinjsEmbargoed writes a release that is withheld until its lift, under the id that it will have. It has
// no number and was made before its lift, so that a system that keeps it takes what is published as
// newer. None of its public addresses is in it, since nothing is there yet.
func (s Site) NinjsEmbargoed(e Embargoed) ([]byte, error) {
	say, until := s.Words.In(e.Live.Text.Language), timestamp(e.Live.LiftAt)
	i := s.itemWith(e.Live, s.pictures(e.Live, e.Files))
	i.Updated = e.Written.UTC()
	n := newNinjs(i, e.Live.Text, "withheld")
	n.EmbargoedUntil = until
	n.EdNote = fit(say.T("newsroom.embargo_until") + " " + say.LongTime(e.Live.LiftAt, e.Live.Zone) + ". " +
		say.T("newsroom.pass_copy", "Name", e.Pass.Name, "Outlet", e.Pass.Outlet))
	for at := range n.Associations {
		n.Associations[at].EmbargoedUntil = until
	}
	n.Standard = ninjsVersion()
	return writeJSON(n)
}
