package desk

import (
	"slices"

	"dateline/releases"
)

// waveThrough says of what looks like placeholders in the newest version that it is meant.
func waveThrough(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	if !typed.Has("placeholders") {
		typed["placeholders"] = nil // none is chosen, and that is what is wrong
	}
	_, err = r.deps.Releases.WaveThrough(r.ctx(), r.actor(), release.ID, number(typed.Get("version")), typed["placeholders"])
	if p, again := r.wrongInput(err); again {
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p, form: waveForm, typed: typed})
	}
	if err != nil {
		return err
	}
	r.tell(notice{Message: "editorial.told_waved"})
	return r.redirect("/desk/releases/" + release.ID)
}

// placeTime is an instant as a clock in some place shows it.
type placeTime struct{ Place, Zone string }

// addWarnings adds what somebody who sets a lift may not have meant: what is left over in the text, and
// what is unusual about the time, which is told as clocks elsewhere show it.
func (r *request) addWarnings(data *releasePage, s shown) error {
	release := data.Release
	left, err := r.deps.Releases.PlaceholdersLeft(r.ctx(), release)
	if err != nil {
		return err
	}
	if release.State == releases.StateWithdrawn {
		left = nil
	}
	data.Waves = r.waveForm(left, s)
	warnings, err := r.deps.Releases.LiftWarnings(r.ctx(), release)
	if err != nil {
		return err
	}
	for _, n := range warnings {
		data.Warnings = append(data.Warnings, r.say.TMap(n.Message, n.Args))
	}
	if release.State == releases.StateScheduled {
		data.Clocks = []placeTime{
			{release.Newsroom.Name, release.Newsroom.Zone}, {"UTC", "UTC"}, {r.say.T("editorial.london"), "Europe/London"},
			{r.say.T("editorial.new_york"), "America/New_York"}, {r.say.T("editorial.tokyo"), "Asia/Tokyo"},
		}
	}
	return nil
}

func (r *request) waveForm(left []releases.Placeholder, s shown) form {
	typed, faults := s.of(waveForm)
	var found []option
	for _, p := range left {
		if one := (option{Value: p.Text, Label: p.Text}); !slices.Contains(found, one) {
			found = append(found, one)
		}
	}
	return newForm(r.say, "wave", typed, faults, field{Name: "placeholders", Type: "checks", Label: "editorial.label_placeholders", Options: found})
}
