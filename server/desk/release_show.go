package desk

import (
	"cmp"
	"net/url"
	"strconv"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// releasePage is one release: where it stands, what will happen next, what may be done about it, its
// text, and what the world will see.
type releasePage struct {
	editorPage
	Release    releases.Release
	Base       int // the version that the form's text began with
	Chip       chip
	Next       string
	Mailing    string // whom lifting it now would mail
	Lift       form
	Can        can
	Theirs     []difference // where somebody else's saved text differs from what was typed
	Dispatches []dispatchRow
	PublicURL  string
	Leaks      *LeakReport // nil once it is live
	Files      []fileRow
	Upload     form
	Withdraw   form
	Mailed     int      // how many have had it, who are told when it is withdrawn
	Waves      form     // what looks like placeholders
	Warnings   []string // what is unusual about the lift
	Clocks     []placeTime
}

// can is what this officer may do with the release as it stands.
type can struct{ Submit, Approve, Schedule, Unschedule, Publish, Correct, Withdraw, Wave bool }

// shown is how a release's page differs from a plain look at it: what was typed and what is wrong.
type shown struct {
	status  int
	problem web.Problem
	values  url.Values // the text as typed
	base    int        // the version it began with; 0 is the newest
	theirs  []difference
	lift    url.Values // the lift as typed
	offsets []option   // of a local time that occurs twice
	file    url.Values // what was said of a file that was not taken
	taken   url.Values // why it is withdrawn, as typed
	waved   url.Values // which placeholders are meant
}

// faults gives what is wrong to the form that it is wrong with.
func (s shown) faults() (text, lift, file, withdrawal, waves []web.FieldProblem) {
	given := &text
	switch {
	case s.lift != nil:
		given = &lift
	case s.file != nil:
		given = &file
	case s.taken != nil:
		given = &withdrawal
	case s.waved != nil:
		given = &waves
	}
	*given = s.problem.Fields
	return text, lift, file, withdrawal, waves
}

func showRelease(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	if err := r.viewed(release); err != nil {
		return err
	}
	return r.releasePage(release, shown{status: fiber.StatusOK})
}

func (r *request) releasePage(release releases.Release, s shown) error {
	data := releasePage{
		editorPage: editorPage{page: r.page("releases", release.Text.Headline), Action: "/desk/releases/" + release.ID},
		Release:    release, Chip: r.stateChip(release.State), Can: r.can(release), Theirs: s.theirs,
		Base: cmp.Or(s.base, release.Version),
	}
	data.Problem = s.problem.Detail
	values := textValues(release.Text, release.Slug)
	if release.TranslationOf != "" {
		values.Set("translation_of", r.deps.BaseURL+"/desk/releases/"+release.TranslationOf)
	}
	if s.values != nil {
		values = s.values
	}
	textFaults, liftFaults, fileFaults, withdrawalFaults, waveFaults := s.faults()
	if data.Can.Correct {
		data.Form = r.releaseForm(correctionValues(values, s.values != nil), textFaults, r.correctionFields()...)
	} else {
		data.Form = r.releaseForm(values, textFaults)
	}
	data.Withdraw = r.withdrawForm(s.taken, withdrawalFaults)
	data.Lift = r.liftForm(release, s.lift, liftFaults, s.offsets)
	data.Files, data.Upload = r.fileRows(release), r.uploadForm(release, s.file, fileFaults)
	if release.State == releases.StateLive {
		data.PublicURL = r.deps.BaseURL + "/" + release.Newsroom.Slug + "/" + release.Slug
	}
	if r.deps.Leaks != nil && release.State == releases.StateScheduled {
		report := r.deps.Leaks.LeakReport(release.ID)
		data.Leaks = &report
	}
	if err := r.addMailing(&data); err != nil {
		return err
	}
	if err := r.addWarnings(&data, s.waved, waveFaults); err != nil {
		return err
	}
	return r.write(s.status, "release", data)
}

// addMailing adds who will be or was mailed, and the sentence of what happens next.
func (r *request) addMailing(data *releasePage) error {
	dispatches, err := r.deps.Ledger.OfRelease(r.ctx(), data.Release.ID)
	if err != nil {
		return err
	}
	for _, d := range dispatches {
		data.Dispatches = append(data.Dispatches, r.dispatchRow(d, data.Release.Text.Headline))
		if d.Kind == jobs.OfRelease {
			data.Mailed += d.Sent + d.Unknown
		}
	}
	audience := 0
	if data.Release.State != releases.StateLive && !data.Release.Backdated {
		text, err := r.outgoing(data.Release)
		if err != nil {
			return err
		}
		if audience, err = r.deps.Subscribers.Count(r.ctx(), data.Release.Newsroom.ID, text.Topics); err != nil {
			return err
		}
	}
	data.Mailing = r.say.T("desk.will_mail", "Count", audience, "Number", r.say.Number(audience))
	if data.Release.Backdated {
		data.Mailing = r.say.T("desk.will_mail_none")
	}
	data.Next = r.next(data.Release, data.Mailing)
	return nil
}

// outgoing is the text that the world will get: the approved one, or the newest where none is.
func (r *request) outgoing(release releases.Release) (releases.Text, error) {
	if release.Approved == 0 || release.Approved == release.Version {
		return release.Text, nil
	}
	versions, err := r.deps.Releases.Versions(r.ctx(), release.ID)
	if err != nil {
		return releases.Text{}, err
	}
	for _, v := range versions {
		if v.Number == release.Approved {
			return v.Text, nil
		}
	}
	return release.Text, nil
}

// can says what the release's state and the officer's role allow. The domain has the last word.
func (r *request) can(release releases.Release) can {
	approver := r.may(auth.Approver)
	pending := release.Approved != release.Version && release.State != releases.StateWithdrawn
	settled := release.State == releases.StateApproved || release.State == releases.StateScheduled
	return can{
		Submit:     release.State == releases.StateDraft,
		Approve:    approver && pending && (release.State != releases.StateDraft || release.Newsroom.Approvals == 1),
		Schedule:   approver && settled,
		Unschedule: approver && release.State == releases.StateScheduled,
		Publish:    approver && settled,
		Correct:    release.State == releases.StateLive,
		Withdraw:   approver && release.State == releases.StateLive,
		Wave:       approver && release.State != releases.StateWithdrawn,
	}
}

// next is one sentence or two on what will happen.
func (r *request) next(release releases.Release, mailing string) string {
	at := r.say.LongTime(release.LiftAt, release.Zone)
	switch release.State {
	case releases.StateSubmitted:
		return r.say.T("desk.next_submitted", "Version", release.Version, "By", release.SubmittedBy)
	case releases.StateApproved:
		return r.say.T("desk.next_approved", "Version", release.Approved, "By", release.ApprovedBy) + " " + mailing
	case releases.StateScheduled:
		sentence := r.say.T("desk.next_scheduled", "At", at, "Span", r.say.Duration(release.LiftAt.Sub(r.deps.Now()))) + " " + mailing
		return sentence + r.pending(release)
	case releases.StateLive:
		return r.say.T("desk.next_live", "At", at) + r.pending(release)
	case releases.StateWithdrawn:
		return r.say.T("desk.next_withdrawn")
	default:
		return r.say.T("desk.next_draft")
	}
}

// pending adds that the newest text is not the one that the world sees.
func (r *request) pending(release releases.Release) string {
	if release.Approved == release.Version {
		return ""
	}
	return " " + r.say.T("desk.next_pending", "Version", strconv.Itoa(release.Version), "Approved", strconv.Itoa(release.Approved))
}
