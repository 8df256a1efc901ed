package desk

import (
	"cmp"
	"slices"
	"strings"

	"dateline/jobs"
	"dateline/releases"
	"dateline/server/auth"

	"github.com/gofiber/fiber/v2"
)

// releaseRow is a line of the list, in words.
type releaseRow struct {
	URL, Headline string
	Chip          chip
	Kind          string
	Undelete      string // address that brings a deleted one back
	Lift          lift
	ApprovedBy    string
	Audience      string
}

type releaseList struct {
	page
	Rows     []releaseRow
	States   []tab
	Warnings []string
	NextURL  string
}

// listReleases shows the newsroom's releases, last changed first.
func listReleases(r *request) error {
	if r.newsroom.ID == "" {
		return r.firstNewsroom()
	}
	state := releases.State(r.c.Query("state"))
	items, next, err := r.deps.Releases.List(r.ctx(), releases.ListFilter{
		NewsroomID: r.newsroom.ID, State: state, After: r.c.Query("after"), Limit: 50,
	})
	if err != nil {
		return err
	}
	data := releaseList{page: r.page("releases", r.say.T("desk.rail_releases"))}
	if !r.byItself() { // asking how the machine is reaches out to the relay
		data.Warnings = r.warnings()
	}
	if data.Rows, err = r.releaseRows(items); err != nil {
		return err
	}
	data.States = r.stateTabs(state)
	if next != "" {
		data.NextURL = address("/desk", "state", string(state), "after", next)
	}
	return r.write(fiber.StatusOK, "releases", data)
}

// firstNewsroom is what the desk shows while there is no newsroom.
func (r *request) firstNewsroom() error {
	if r.may(auth.Admin) {
		return r.redirect("/desk/newsrooms/new")
	}
	data := r.page("releases", r.say.T("desk.rail_releases"))
	data.Problem = r.say.T("desk.no_newsroom")
	return r.write(fiber.StatusOK, "problem", struct {
		page
		Fields []fault
	}{page: data})
}

func (r *request) releaseRows(items []releases.Release) ([]releaseRow, error) {
	mailed, err := r.recentByRelease()
	if err != nil {
		return nil, err
	}
	counted := map[string]int{} // by topics, since many releases share them
	rows := make([]releaseRow, 0, len(items))
	for _, item := range items {
		row := releaseRow{URL: "/desk/releases/" + item.ID, Headline: item.Text.Headline, Chip: r.releaseChip(item), Kind: r.kind(item.Text.Kind), Lift: r.lift(item), ApprovedBy: item.ApprovedBy}
		if item.State == releases.StateDeleted {
			row.URL, row.Undelete = "", row.URL+"/undelete"
		}
		if item.Hidden {
			text, err := r.outgoing(item) // empty where the world has seen none
			if err != nil {
				return nil, err
			}
			row.Headline = cmp.Or(text.Headline, r.say.T("desk.hidden"))
		}
		audience, err := r.audience(item, mailed, counted)
		if err != nil {
			return nil, err
		}
		row.Audience = audience
		rows = append(rows, row)
	}
	return rows, nil
}

// recentByRelease finds the dispatch of each release that was mailed lately.
func (r *request) recentByRelease() (map[string]jobs.Dispatch, error) {
	recent, err := r.deps.Ledger.Recent(r.ctx(), r.newsroom.ID, 50)
	if err != nil {
		return nil, err
	}
	byRelease := make(map[string]jobs.Dispatch, len(recent))
	for _, d := range slices.Backward(recent) {
		if d.Kind == jobs.OfRelease && !d.StartedAt.IsZero() {
			byRelease[d.ReleaseID] = d
		}
	}
	return byRelease, nil
}

// audience is how many people a release was mailed to, or would be if it lifted now.
func (r *request) audience(item releases.Release, mailed map[string]jobs.Dispatch, counted map[string]int) (string, error) {
	if d, ok := mailed[item.ID]; ok {
		return r.say.Number(d.Audience), nil
	}
	if item.Backdated || item.State == releases.StateLive || item.State == releases.StateWithdrawn || item.State == releases.StateDeleted {
		return "", nil
	}
	text, err := r.outgoing(item)
	if err != nil {
		return "", err
	}
	key := strings.Join(text.Topics, " ")
	if _, ok := counted[key]; !ok {
		count, err := r.deps.Subscribers.Count(r.ctx(), item.Newsroom.ID, text.Topics)
		if err != nil {
			return "", err
		}
		counted[key] = count
	}
	return r.say.Number(counted[key]), nil
}

// stateTabs narrow the list.
func (r *request) stateTabs(current releases.State) []tab {
	states := []releases.State{"", releases.StateDraft, releases.StateSubmitted, releases.StateApproved, releases.StateScheduled, releases.StateLive, releases.StateWithdrawn, releases.StateDeleted}
	var tabs []tab
	for _, s := range states {
		label := r.say.T("desk.state_all")
		if s != "" {
			label = r.stateChip(s).Label
		}
		tabs = append(tabs, tab{URL: address("/desk", "state", string(s)), Label: label, Current: s == current})
	}
	return tabs
}

// warnings are what is wrong with the machine that a press officer should know.
func (r *request) warnings() []string { return r.healthWarnings(r.deps.Engine.Health(r.ctx())) }

func (r *request) healthWarnings(health jobs.Health) []string {
	var list []string
	if health.Redis != nil {
		list = append(list, r.say.T("desk.warn_redis"))
	}
	if health.Relay != nil {
		list = append(list, r.say.T("desk.warn_relay"))
	}
	if skew := health.Skew.Abs(); skew > maxSkew {
		list = append(list, r.say.T("desk.warn_skew", "Skew", r.say.Duration(skew)))
	}
	if health.Unsynced && r.may(auth.Admin) {
		list = append(list, r.say.T("desk.warn_unsynced"))
	}
	if health.Waiting > 0 {
		list = append(list, r.say.T("desk.warn_waiting"))
	}
	if health.Overdue > 0 {
		list = append(list, r.say.T("desk.warn_overdue", "Count", health.Overdue))
	}
	return list
}
