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
	Theirs     []difference // where what was typed differs from somebody else's saved text
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
	Force      form
	Comments   []releases.Comment
	Comment    form
	Faults     []fault // what is wrong in any of the forms
}

// can is what this officer may do with the release as it stands.
type can struct {
	Edit, Submit, Approve, Force, Review, Schedule, Unschedule, Publish, Correct, Withdraw, Cancel, Wave, Delete bool
}

// shown is how a release's page differs from a plain look at it: what was typed in one of its forms, and
// what is wrong.
type shown struct {
	status  int
	problem web.Problem
	form    formName
	typed   url.Values
	base    int // the version that the typed text began with; 0 is the newest
	theirs  []difference
	which   []option // of a local time that occurs twice or never
}

// formName is one of the forms on a release's page. Where none is named, faults are the text's.
type formName string

const (
	textForm     formName = ""
	liftForm     formName = "lift"
	fileForm     formName = "file"
	withdrawForm formName = "withdraw"
	waveForm     formName = "wave"
	forceForm    formName = "force"
	commentForm  formName = "comment"
)

// of is what was typed in a form, nil where it wasn't, and what is wrong with it.
func (s shown) of(name formName) (typed url.Values, faults []web.FieldProblem) {
	if s.form != name {
		return nil, nil
	}
	return s.typed, s.problem.Fields
}

func showRelease(r *request) error {
	release, err := r.releaseOrOut()
	if err != nil {
		return err
	}
	return r.shownPage(release, shown{status: fiber.StatusOK})
}

// shownPage is the release's page, or what a freeze leaves of it.
func (r *request) shownPage(release releases.Release, s shown) error {
	if release.Hidden {
		return r.frozenPage(release, s)
	}
	if err := r.viewed(release); err != nil {
		return err
	}
	return r.releasePage(release, s)
}

func (r *request) releasePage(release releases.Release, s shown) error {
	data := releasePage{
		editorPage: editorPage{page: r.page("releases", release.Text.Headline), Action: "/desk/releases/" + release.ID},
		Release:    release, Chip: r.releaseChip(release), Can: r.can(release), Theirs: s.theirs,
		Base: cmp.Or(s.base, release.Version),
	}
	data.Problem = s.problem.Detail
	r.addTextForm(&data, s)
	data.Lift = r.liftForm(release, s)
	data.Files, data.Upload = r.fileRows(release), r.uploadForm(release, s)
	data.Force = r.forceForm(s)
	data.PublicURL = r.publicURL(release)
	if r.deps.Leaks != nil && release.State == releases.StateScheduled {
		report := r.deps.Leaks.LeakReport(release.ID)
		data.Leaks = &report
	}
	if err := r.addMailing(&data); err != nil {
		return err
	}
	if err := r.addWarnings(&data, s); err != nil {
		return err
	}
	if err := r.addWithdrawal(&data, s); err != nil {
		return err
	}
	if err := r.addComments(&data, s); err != nil {
		return err
	}
	for _, f := range []form{data.Form, data.Lift, data.Upload, data.Withdraw, data.Waves, data.Force, data.Comment} {
		data.Faults = append(data.Faults, f.Faults...)
	}
	return r.write(s.status, "release", data)
}

// publicURL is where the world reads a live release; "" for any other.
func (r *request) publicURL(release releases.Release) string {
	if release.State != releases.StateLive {
		return ""
	}
	return r.deps.BaseURL + "/" + release.Newsroom.Slug + "/" + release.Slug
}

// addTextForm adds the form of the text: as it is stored, or as it was typed.
func (r *request) addTextForm(data *releasePage, s shown) {
	release := data.Release
	values, faults := s.of(textForm)
	typed := values != nil
	if !typed {
		values = textValues(release.Text, release.Slug)
		if release.TranslationOf != "" {
			values.Set("translation_of", r.deps.BaseURL+"/desk/releases/"+release.TranslationOf)
		}
	}
	if data.Can.Correct {
		data.Form = r.releaseForm(correctionValues(values, typed), faults, r.correctionFields()...)
		return
	}
	data.Form = r.releaseForm(values, faults)
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
	alone := release.Newsroom.Approvals == 1
	return can{
		Edit:       release.State != releases.StateWithdrawn && release.State != releases.StateDeleted,
		Submit:     release.State == releases.StateDraft,
		Approve:    approver && pending && (alone || release.State != releases.StateDraft && !release.Own(r.actor())),
		Force:      r.may(auth.Admin) && pending && !alone,
		Review:     approver && release.Forced.By != "",
		Schedule:   approver && settled,
		Unschedule: approver && release.State == releases.StateScheduled,
		Publish:    approver && settled,
		Correct:    release.State == releases.StateLive,
		Withdraw:   approver && release.State == releases.StateLive,
		Cancel:     approver && release.State == releases.StateScheduled,
		Wave:       approver && release.State != releases.StateWithdrawn,
		Delete:     release.State == releases.StateDraft || release.State == releases.StateSubmitted || release.State == releases.StateApproved,
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
		said := r.say.T("desk.next_withdrawn")
		if release.Canceled() {
			said = r.say.T("desk.next_canceled")
		}
		return said + " " + r.say.T("desk.next_reason", "Reason", release.Withdrawal.Reason)
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
