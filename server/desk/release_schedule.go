package desk

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/releases"
	"dateline/releases/input"
	"dateline/server/web"
)

// scheduleRelease sets or moves the lift. What is wrong with the time stands at its field, with what
// was typed; of a local time that occurs twice the page asks which is meant.
func scheduleRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	at, err := parseTyped(typed)
	if err == nil {
		_, err = r.deps.Releases.Schedule(r.ctx(), r.actor(), release.ID, at, typed.Get("backdated") == "yes")
	}
	if p, again := r.wrongInput(err); again {
		offsets := r.offsets(err, typed.Get("zone"))
		if offsets != nil {
			p.Fields = []web.FieldProblem{{Field: "offset", Detail: r.say.T("desk.lift_twice", "Time", typed.Get("time"))}}
		}
		if release, err = r.release(); err != nil {
			return err
		}
		return r.releasePage(release, shown{status: p.Status, problem: p, form: liftForm, typed: typed, offsets: offsets})
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: "desk.told_scheduled"})
	return r.redirect("/desk/releases/" + release.ID)
}

// parseTyped reads the form. The offset only counts where the local time occurs twice: left over from
// another date, it says nothing.
func parseTyped(typed url.Values) (releases.Lift, error) {
	local := typed.Get("date") + "T" + typed.Get("time")
	if typed.Get("date") == "" || typed.Get("time") == "" {
		local = ""
	}
	at, err := releases.ParseLift(local, typed.Get("zone"))
	if _, twice := twiceFault(err); twice && typed.Get("offset") != "" {
		return releases.ParseLift(local+typed.Get("offset"), typed.Get("zone"))
	}
	return at, err
}

// twiceFault finds the fault that a local time occurs twice; its First and Second are both instants.
func twiceFault(err error) (input.Fault, bool) {
	var faults input.Faults
	if !errors.As(err, &faults) {
		return input.Fault{}, false
	}
	i := slices.IndexFunc(faults, func(f input.Fault) bool { return f.Message == "fault.lift_twice" })
	if i < 0 {
		return input.Fault{}, false
	}
	return faults[i], true
}

// offsets are the choices for a local time that occurs twice.
func (r *request) offsets(err error, zone string) []option {
	twice, ok := twiceFault(err)
	if !ok {
		return nil
	}
	var list []option
	for _, name := range []string{"First", "Second"} {
		text, _ := twice.Args[name].(string)
		if at, err := time.Parse("2006-01-02T15:04Z07:00", text); err == nil {
			list = append(list, option{Value: at.Format("-07:00"), Label: r.say.Time(at, zone)})
		}
	}
	return list
}

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
	if s.offsets != nil {
		fields = append(fields, field{Name: "offset", Type: "radios", Options: s.offsets, Required: true})
	}
	if release.State != releases.StateScheduled {
		archive := []option{{Value: "yes", Label: r.say.T("desk.backdated")}}
		fields = append(fields, field{Name: "backdated", Type: "checks", Label: "desk.label_archive", Options: archive})
	}
	return newForm(r.say, "lift", typed, renamed(faults, "lift_at", "time"), fields...)
}
