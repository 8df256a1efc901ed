package desk

import (
	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"

	"github.com/gofiber/fiber/v2"
)

// deliveryStates in the order that a delivery goes through them.
func deliveryStates() []string {
	return []string{"queued", "sending", "sent", "deferred", "failed", "excluded", "unknown"}
}

// count is how many deliveries are in a state, with the page that lists them.
type count struct {
	tab
	Number int
}

type dispatchPage struct {
	livePage
	Deliveries []deliveryRow
	NextURL    string
	Email      string // searched for
}

// steering is what this officer may do with the dispatch as it stands.
type steering struct {
	Pause, Resume, Stop, RetryFailed bool
	Left                             int // who would be left out by a stop
}

type deliveryRow struct {
	jobs.Delivery
	Chip chip
}

func showDispatch(r *request) error {
	d, release, err := r.dispatch()
	if err != nil {
		return err
	}
	return r.dispatchPage(fiber.StatusOK, d, release, "")
}

// dispatch finds the dispatch that the address names, and its release, in a newsroom within reach.
func (r *request) dispatch() (jobs.Dispatch, releases.Release, error) {
	d, err := r.deps.Ledger.Dispatch(r.ctx(), r.c.Params("id"))
	if err != nil {
		return d, releases.Release{}, err
	}
	if err := r.workIn(d.NewsroomID); err != nil {
		return d, releases.Release{}, err
	}
	release, err := r.deps.Releases.Release(r.ctx(), d.ReleaseID)
	return d, release, err
}

func (r *request) dispatchPage(status int, d jobs.Dispatch, release releases.Release, problem string) error {
	state := r.c.Query("state")
	s, err := r.look(source{dispatch: d.ID})
	if err != nil {
		return err
	}
	data := dispatchPage{livePage: livePage{page: r.page("dispatches", release.Text.Headline), Live: r.liveView(s, state)}, Email: r.c.Query("email")}
	if !s.over() {
		data.Follow = address("/desk/dispatches/"+d.ID+"/events", "state", state)
	}
	data.Problem = problem
	if !data.Live.Recipients {
		return r.write(status, "dispatch", data)
	}
	deliveries, next, err := r.deps.Ledger.Deliveries(r.ctx(), jobs.DeliveryFilter{DispatchID: d.ID, State: state, Email: data.Email, After: r.c.Query("after")})
	if err != nil {
		return err
	}
	for _, delivery := range deliveries {
		data.Deliveries = append(data.Deliveries, deliveryRow{delivery, r.deliveryChip(delivery.State)})
	}
	if next != "" {
		data.NextURL = address(data.Live.Row.URL, "state", state, "after", next)
	}
	return r.write(status, "dispatch", data)
}

// ended says that a dispatch in this state changes no more by itself.
func ended(state string) bool {
	return state == jobs.Done || state == jobs.Stopped || state == jobs.Canceled
}

func (r *request) counts(d jobs.Dispatch, current string) []count {
	numbers := map[string]int{
		"": d.Audience, "queued": d.Queued, "sending": d.Sending, "sent": d.Sent, "deferred": d.Deferred,
		"failed": d.Failed, "excluded": d.Excluded, "unknown": d.Unknown,
	}
	var list []count
	for _, state := range append([]string{""}, deliveryStates()...) {
		label := r.say.T("desk.audience")
		if state != "" {
			label = r.say.T("desk.delivery_" + state)
		}
		at := tab{URL: address("/desk/dispatches/"+d.ID, "state", state), Label: label, Current: state == current}
		list = append(list, count{at, numbers[state]})
	}
	return list
}

func (r *request) deliveryChip(state string) chip {
	label := r.say.T("desk.delivery_" + state)
	switch state {
	case "sent":
		return chip{"green", "✓", label}
	case "failed":
		return chip{"red", "✕", label}
	case "deferred", "unknown":
		return chip{"amber", "!", label}
	default:
		return chip{"plain", "·", label}
	}
}

func (r *request) steering(d jobs.Dispatch) steering {
	if !r.may(auth.Approver) {
		return steering{}
	}
	waits := d.State == jobs.Paused || d.State == jobs.Held
	return steering{
		Pause: d.State == jobs.Sending, Resume: waits, Stop: waits || d.State == jobs.Sending,
		RetryFailed: d.Failed > 0 && (d.State == jobs.Sending || d.State == jobs.Paused || d.State == jobs.Done),
		Left:        d.Queued + d.Deferred,
	}
}

// steerDispatch makes one change of a dispatch and goes back to its page.
func (r *request) steerDispatch(done string, do func(id string) (jobs.Dispatch, error)) error {
	d, release, err := r.dispatch()
	if err != nil {
		return err
	}
	_, err = do(d.ID)
	if p, again := r.wrongInput(err); again {
		return r.dispatchPage(p.Status, d, release, p.Detail)
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: done})
	return r.redirect("/desk/dispatches/" + d.ID)
}
