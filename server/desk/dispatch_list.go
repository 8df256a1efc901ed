package desk

import (
	"dateline/jobs"

	"github.com/gofiber/fiber/v2"
)

// dispatchRow is a dispatch in words.
type dispatchRow struct {
	jobs.Dispatch
	URL, Headline string
	Of            string // what it is, where that is not the release itself
	Chip          chip
	Zone          string // of the newsroom, for its times
	Settled       int    // deliveries that have their outcome
	Percent       int
}

func (r *request) dispatchRow(d jobs.Dispatch, headline string) dispatchRow {
	row := dispatchRow{Dispatch: d, URL: "/desk/dispatches/" + d.ID, Headline: headline, Chip: r.dispatchChip(d.State), Zone: r.newsroom.Zone, Percent: 100}
	row.Settled = settled(d)
	if d.Kind != jobs.OfRelease {
		row.Of = r.say.T("mail.kind_" + d.Kind)
	}
	if d.Audience > 0 {
		row.Percent = row.Settled * 100 / d.Audience
	}
	return row
}

func (r *request) dispatchChip(state string) chip {
	label := r.say.T("desk.dispatch_" + state)
	switch state {
	case "done":
		return chip{"green", "✓", label}
	case "sending":
		return chip{"green", "●", label}
	case "held", "paused":
		return chip{"amber", "‖", label}
	case "canceled", "stopped":
		return chip{"plain", "✕", label}
	default:
		return chip{"amber", "◷", label}
	}
}

// listDispatches shows the newest mailings of the newsroom.
func listDispatches(r *request) error {
	recent, err := r.deps.Ledger.Recent(r.ctx(), r.newsroom.ID, 30)
	if err != nil {
		return err
	}
	data := struct {
		page
		Rows []dispatchRow
	}{page: r.page("dispatches", r.say.T("desk.rail_dispatches"))}
	headlines := map[string]string{} // by release, which may have several
	for _, d := range recent {
		if _, ok := headlines[d.ReleaseID]; !ok {
			release, err := r.deps.Releases.Release(r.ctx(), d.ReleaseID)
			if err != nil {
				return err
			}
			headlines[d.ReleaseID] = release.Text.Headline
		}
		data.Rows = append(data.Rows, r.dispatchRow(d, headlines[d.ReleaseID]))
	}
	return r.write(fiber.StatusOK, "dispatches", data)
}
