package desk

import (
	"cmp"
	"errors"
	"net/url"
	"strings"
	"time"

	"dateline/releases"
	"dateline/releases/history"
	"dateline/server/auth"

	"github.com/gofiber/fiber/v2"
)

// historyPage is who did what, the newest first.
type historyPage struct {
	page
	Back  string // address of what it is the history of; "" for everything's
	Rows  []historyRow
	Older string // address of the next page; "" at the end
	Where bool   // whether network addresses are shown
}

// historyRow is an entry in words.
type historyRow struct {
	history.Entry
	Actor, What, Detail string
	Release             releases.Release // that it was done to; empty where that is none, or the page's own
}

// showHistory is everything that was done.
func showHistory(r *request) error {
	return r.historyPage(historyPage{page: r.page("history", r.say.T("history.title")), Where: true}, history.Filter{})
}

// showReleaseHistory is what was done to one release and its mailings. Whence, approvers are told.
func showReleaseHistory(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	if err := r.viewed(release); err != nil {
		return err
	}
	dispatches, err := r.deps.Ledger.OfRelease(r.ctx(), release.ID)
	if err != nil {
		return err
	}
	subjects := []string{release.ID}
	for _, d := range dispatches {
		subjects = append(subjects, d.ID)
	}
	data := historyPage{page: r.page("releases", release.Text.Headline), Back: "/desk/releases/" + release.ID, Where: r.may(auth.Approver)}
	return r.historyPage(data, history.Filter{Subjects: subjects})
}

func (r *request) historyPage(data historyPage, f history.Filter) error {
	f.After = r.c.Query("after")
	entries, next, err := r.deps.Releases.History(r.ctx(), f)
	if err != nil {
		return err
	}
	if next != "" {
		data.Older = r.c.Path() + "?" + url.Values{"after": {next}}.Encode()
	}
	known := map[string]releases.Release{}
	for _, e := range entries {
		row := historyRow{Entry: e, Actor: r.actorName(e.Who), What: r.deed(e)}
		if row.Detail, err = r.details(e, known); err != nil {
			return err
		}
		if data.Back == "" {
			if row.Release, err = r.about(e, known); err != nil {
				return err
			}
		}
		data.Rows = append(data.Rows, row)
	}
	return r.write(fiber.StatusOK, "history", data)
}

// deed is an action in words, or its name where a newer version has written it.
func (r *request) deed(e history.Entry) string {
	const id = "history.did_"
	if _, version := e.Detail["version"]; e.Action == "release.edit" && !version { // it saved no text
		if of, linked := e.Detail["translation_of"].(string); linked && of != "" {
			return r.say.T("history.did_release.link")
		} else if linked {
			return r.say.T("history.did_release.unlink")
		}
		return r.say.T("history.did_release.address")
	}
	if said := r.say.T(id + e.Action); said != id+e.Action {
		return said
	}
	return e.Action
}

// actorName is who acted, in words for those who are no person.
func (r *request) actorName(who history.Actor) string {
	switch who.Name {
	case history.System.Name:
		return r.say.T("history.system")
	case "command line":
		return r.say.T("history.command_line")
	case "":
		return r.say.T("history.stranger")
	}
	return who.Name
}

// details are what a reader asks next: which version, lifting when, why, a translation of what. The rest is
// in the API.
func (r *request) details(e history.Entry, known map[string]releases.Release) (string, error) {
	var said []string
	if version, ok := e.Detail["version"].(float64); ok {
		said = append(said, r.say.T("history.detail_version", "Version", int(version)))
	}
	if lift, ok := e.Detail["lift_at"].(float64); ok {
		said = append(said, r.say.T("history.detail_lift", "At", r.say.Time(time.UnixMilli(int64(lift)), r.newsroom.Zone)))
	}
	for _, name := range []string{"email", "name", "role", "reason", "note"} {
		if text, ok := e.Detail[name].(string); ok && text != "" {
			said = append(said, text)
		}
	}
	if of, ok := e.Detail["translation_of"].(string); ok && of != "" {
		other, err := r.known(of, known)
		if err != nil {
			return "", err
		}
		said = append(said, r.say.T("history.detail_translation", "Headline", cmp.Or(other.Text.Headline, of)))
	}
	return strings.Join(said, " · "), nil
}

// about finds the release that something was done to.
func (r *request) about(e history.Entry, known map[string]releases.Release) (releases.Release, error) {
	if of, ok := e.Detail["release"].(string); ok {
		return r.known(of, known)
	}
	return r.known(e.Subject, known)
}

// known finds a release and remembers it: one page names few. It is empty where there is none.
func (r *request) known(id string, known map[string]releases.Release) (releases.Release, error) {
	if release, ok := known[id]; ok {
		return release, nil
	}
	release, err := r.deps.Releases.Release(r.ctx(), id)
	if errors.Is(err, releases.ErrNotFound) {
		err = nil
	}
	known[id] = release
	return release, err
}
