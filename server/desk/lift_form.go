package desk

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/releases"
	"dateline/releases/input"
)

// liftForm asks for date, time and zone, filled with the lift that is set or was typed.
func (r *request) liftForm(release releases.Release, s shown) form {
	typed, faults := s.of(liftForm)
	if typed == nil {
		date, clock, _ := strings.Cut(release.LiftLocal, "T")
		typed = url.Values{"date": {date}, "time": {clock}, "zone": {release.Zone}}
	}
	fields := []field{
		{Name: "date", Type: "date", Required: true},
		{Name: "time", Type: "time", Required: true},
		{Name: "zone", Type: "select", Options: zoneOptions(release.Newsroom.Zone, release.Zone)},
	}
	if s.which != nil {
		fields = append(fields, field{Name: "which", Type: "radios", Options: s.which, Required: true})
	}
	if release.State != releases.StateScheduled {
		archive := []option{{Value: "yes", Label: r.say.T("desk.backdated")}}
		fields = append(fields, field{Name: "backdated", Type: "checks", Label: "desk.label_archive", Options: archive})
	}
	return newForm(r.say, "lift", typed, faults, fields...)
}

// parseTyped reads the form. Which of two times is meant only counts where it was asked for the time that
// is typed: left over from another, it says nothing.
func parseTyped(typed url.Values) (releases.Lift, error) {
	local := typed.Get("date") + "T" + typed.Get("time")
	if typed.Get("date") == "" || typed.Get("time") == "" {
		local = ""
	}
	at, err := releases.ParseLift(local, typed.Get("zone"))
	if which := typed.Get("which"); slices.Contains(choices(err), which) {
		return releases.ParseLift(which, typed.Get("zone"))
	}
	return at, err
}

// choices are the two times that may be meant by one that occurs twice or never, as ParseLift reads them.
func choices(err error) []string {
	var faults input.Faults
	errors.As(err, &faults)
	for _, f := range faults {
		one, other := f.Args["First"], f.Args["Second"]
		if f.Message == "fault.lift_skipped" {
			one, other = f.Args["Before"], f.Args["After"]
		}
		if one, ok := one.(string); ok {
			return []string{one, other.(string)}
		}
	}
	return nil
}

// whichTimes offers them.
func (r *request) whichTimes(err error, zone string) []option {
	var list []option
	for _, choice := range choices(err) {
		if at, err := releases.ParseLift(choice, zone); err == nil {
			list = append(list, option{Value: choice, Label: r.say.Time(at.At, zone)})
		}
	}
	return list
}

// liftFaults says what is wrong with a lift at the fields of the form, and what those want: the faults
// speak of one text with date, time and offset, as programs send it.
func (r *request) liftFaults(err error, at releases.Lift, typed url.Values) error {
	var faults, list input.Faults
	if !errors.As(err, &faults) {
		return err
	}
	for _, f := range faults {
		switch f.Message {
		case "fault.lift_skipped":
			list.Add("which", "desk.lift_skipped", "Time", typed.Get("time"))
		case "fault.lift_twice":
			list.Add("which", "desk.lift_twice", "Time", typed.Get("time"))
		case "fault.lift_year":
			list.Add("date", f.Message, "Value", typed.Get("date"))
		case "fault.lift_past", "fault.backdated_future":
			list.Add("date", f.Message, "Value", r.say.Time(at.At, typed.Get("zone")))
		case "fault.required", "fault.lift":
			typedFault(&list, "date", typed, time.DateOnly)
			typedFault(&list, "time", typed, "15:04", time.TimeOnly)
		default:
			list = append(list, f)
		}
	}
	return list.Err()
}

// typedFault adds what is wrong with one of the two fields that make a lift.
func typedFault(faults *input.Faults, name string, typed url.Values, layouts ...string) {
	value := typed.Get(name)
	fits := func(layout string) bool { _, err := time.Parse(layout, value); return err == nil }
	switch {
	case value == "":
		faults.Add(name, "fault.required")
	case !slices.ContainsFunc(layouts, fits):
		faults.Add(name, "desk.lift_"+name, "Value", value)
	}
}
