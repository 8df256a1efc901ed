package desk

import (
	"cmp"
	"time"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"
)

// liveView is the part of a page that follows a lift and its mail.
type liveView struct {
	Zone       string
	ReleaseURL string
	Chip       chip
	Lift       *countdown // while the lift is to come
	Surfaces   []surface
	Row        dispatchRow // its ID is "" while there is no dispatch
	Pace       pace
	Counts     []count
	Can        steering
	Recipients bool // may be seen: they are people's addresses
	Troubles   []trouble
}

// countdown is the time until the lift, which the script goes on counting.
type countdown struct {
	At   time.Time
	ISO  string // to the millisecond
	Now  int64  // the server's clock, in epoch milliseconds
	Left time.Duration
}

// surface is a place where the world meets the release: amber until it does, green from then on.
type surface struct {
	Chip
	Name   string
	At     string // the instant that it turned: 06:00:00.112
	ISO    string
	Detail string
	URL    string
}

// Chip lets a surface embed one.
type Chip = chip

// trouble is what is wrong, and what to do about it.
type trouble struct{ Colour, Text, URL, Link string }

// liveView puts a snapshot into words. It may run after its request was answered.
func (r *request) liveView(s snapshot, state string) liveView {
	now := r.deps.Now()
	v := liveView{Zone: cmp.Or(s.release.Zone, r.newsroom.Zone, "UTC"), ReleaseURL: "/desk/releases/" + s.release.ID, Chip: r.releaseChip(s.release), Recipients: r.may(auth.Approver)}
	if s.release.State == releases.StateScheduled {
		at := s.release.LiftAt
		v.Lift = &countdown{At: at, ISO: at.UTC().Format(isoMillis), Now: now.UnixMilli(), Left: max(at.Sub(now), 0)}
	}
	if d := s.dispatch; d.ID != "" {
		v.Row, v.Pace, v.Counts, v.Can = r.dispatchRow(d, ""), s.pace, r.counts(d, state), r.steering(d)
		v.Chip = v.Row.Chip
	}
	if s.dispatch.ID == "" || s.dispatch.Kind == "release" {
		v.Surfaces = r.surfaces(s)
	}
	v.Troubles = r.troubles(s)
	return v
}

const isoMillis = "2006-01-02T15:04:05.000Z"

// surfaces are those that a release lifts on. Page, feeds and files turn at the lift's own instant: each
// reader's question is compared with it.
func (r *request) surfaces(s snapshot) []surface {
	page := r.deps.BaseURL + "/" + s.release.Newsroom.Slug + "/" + s.release.Slug
	list := []surface{r.surface(s, "page", page), r.surface(s, "feeds", r.deps.BaseURL+"/"+s.release.Newsroom.Slug+"/feed.atom")}
	if n := len(s.release.Text.Files); n > 0 {
		files := r.surface(s, "files", "")
		files.Detail = r.say.T("mailing.files", "Count", n)
		list = append(list, files)
	}
	return append(list, r.mailSurface(s))
}

func (r *request) surface(s snapshot, name, url string) surface {
	list := surface{Chip: chip{"amber", "◷", r.say.T("mailing.waits")}, Name: r.say.T("mailing.surface_" + name)}
	switch s.release.State {
	case releases.StateLive:
		list.turned(r, s.release.LiftAt, s.release.Zone)
		list.URL = url
	case releases.StateWithdrawn:
		list.Chip = chip{"red", "✕", r.say.T("desk.state_withdrawn")}
	case releases.StateScheduled:
	default:
		list.Chip = chip{"plain", "–", r.say.T("mailing.no_time")}
	}
	return list
}

// turned makes a surface green since an instant.
func (f *surface) turned(r *request, at time.Time, zone string) {
	f.Chip = chip{"green", "●", r.say.T("mailing.live")}
	local := at
	if in, err := time.LoadLocation(zone); err == nil {
		local = at.In(in)
	}
	f.At, f.ISO = local.Format("15:04:05.000"), at.UTC().Format(isoMillis)
}

// mailSurface turns with the first mail that the relay took.
func (r *request) mailSurface(s snapshot) surface {
	mail := r.surface(s, "mail", "")
	d := s.dispatch
	switch {
	case s.release.Backdated:
		mail = surface{Chip: chip{"plain", "–", r.say.T("desk.will_mail_none")}, Name: mail.Name}
	case d.ID == "":
		if s.release.State == releases.StateLive {
			mail = surface{Chip: chip{"amber", "◷", r.say.T("desk.dispatch_staging")}, Name: mail.Name}
		}
	case d.FirstSentAt.IsZero():
		mail = surface{Chip: r.dispatchChip(d.State), Name: mail.Name, Detail: r.say.T("mailing.recipients", "Count", d.Audience)}
		if mail.Colour == "green" { // not before a mail has left
			mail.Chip = chip{"amber", "◷", mail.Label}
		}
	default:
		mail.turned(r, d.FirstSentAt, s.release.Zone)
		mail.Label, mail.Detail = r.say.T("mailing.first_mail"), r.say.T("mailing.recipients", "Count", d.Audience)
		mail.URL = "/desk/dispatches/" + d.ID
	}
	return mail
}

// troubles are what is wrong, the worst first, with what to do.
func (r *request) troubles(s snapshot) (list []trouble) {
	d, url := s.dispatch, "/desk/dispatches/"+s.dispatch.ID
	add := func(colour, text string) { list = append(list, trouble{Colour: colour, Text: text}) }
	link := func(colour, text, state string) {
		t := trouble{Colour: colour, Text: text}
		if r.may(auth.Approver) {
			t.URL, t.Link = url+"?state="+state+"#deliveries", r.say.T("mailing.see_answers")
		}
		list = append(list, t)
	}
	waiting := d.Queued + d.Sending + d.Deferred
	switch {
	case d.Braked:
		link("failed", r.say.T("mailing.braked", "Count", d.Failed, "Left", waiting), jobs.Failed)
	case d.State == jobs.Held:
		add("warn", r.say.T("desk.held_why"))
	case d.State == jobs.Paused:
		add("warn", r.say.T("mailing.paused", "Count", waiting))
	}
	if d.ID == "" || !ended(d.State) {
		for _, warning := range r.healthWarnings(s.health) {
			add("warn", warning)
		}
	}
	for _, rest := range s.rests {
		add("warn", r.say.T("mailing.rests_"+rest.Scope, "Name", rest.Name, "Until", r.say.Time(rest.Until, s.release.Zone), "Answer", rest.Code+" "+rest.Reason))
	}
	if d.Failed > 0 && !d.Braked {
		link("warn", r.say.T("mailing.refused", "Count", d.Failed), jobs.Failed)
	}
	if d.Deferred > 0 && !ended(d.State) {
		link("", r.say.T("mailing.deferred", "Count", d.Deferred), jobs.Deferred)
	}
	if d.Unknown > 0 {
		link("", r.say.T("mailing.unknown", "Count", d.Unknown), jobs.Unknown)
	}
	return list
}
