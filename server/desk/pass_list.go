package desk

import (
	"net/url"

	"dateline/releases"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// passesPage is who may read a release before its lift, and the way out when somebody breaks the embargo.
type passesPage struct {
	page
	Release  releases.Release
	Action   string // where the release is
	Passes   []passRow
	Give     form
	Break    form
	CanGive  bool
	Advances []dispatchRow
	Accepted int  // passes in force whose terms are accepted
	Lifts    bool // there is an embargo that could be ended now
}

// passRow is a pass and how often it was used.
type passRow struct {
	releases.Pass
	Valid    bool
	Openings []releases.Opening
}

func listPasses(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	return r.passesPage(fiber.StatusOK, release, nil, nil, web.Problem{})
}

func (r *request) passesPage(status int, release releases.Release, given, broken url.Values, p web.Problem) error {
	data := passesPage{
		page: r.page("releases", r.say.T("desk.passes")), Release: release, Action: "/desk/releases/" + release.ID,
		CanGive: release.State == releases.StateScheduled,
		Lifts:   release.State == releases.StateScheduled || release.State == releases.StateApproved,
	}
	data.Problem = p.Detail
	list, err := r.deps.Passes.Of(r.ctx(), release.ID)
	if err != nil {
		return err
	}
	for _, pass := range list {
		row := passRow{Pass: pass, Valid: pass.Valid(r.deps.Now())}
		if row.Openings, err = r.deps.Passes.Openings(r.ctx(), pass.ID); err != nil {
			return err
		}
		data.Passes = append(data.Passes, row)
	}
	if err := r.addAdvance(&data); err != nil {
		return err
	}
	giveFaults, breakFaults := p.Fields, []web.FieldProblem(nil)
	if broken != nil {
		giveFaults, breakFaults = nil, p.Fields
	}
	data.Give = newForm(r.say, "pass", given, giveFaults,
		field{Name: "name", Required: true}, field{Name: "outlet", Required: true}, field{Name: "email", Type: "email", Required: true},
		field{Name: "expires_at", Type: "datetime-local", Help: "desk.help_expires"})
	data.Break = newForm(r.say, "break", broken, breakFaults, field{Name: "reason", Type: "area", Rows: 2, Required: true, Help: "desk.help_broken"})
	return r.write(status, "passes", data)
}

// givePass gives a pass and has it mailed.
func givePass(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	given, err := r.deps.Passes.Give(r.ctx(), r.actor(), release.ID, releases.PassInput{
		Name: typed.Get("name"), Outlet: typed.Get("outlet"), Email: typed.Get("email"), ExpiresAt: typed.Get("expires_at"),
	})
	if p, again := r.wrongInput(err); again {
		return r.passesPage(p.Status, release, typed, nil, p)
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: "desk.told_pass_given", Args: map[string]any{"Name": given.Name, "Email": given.Email}})
	return r.redirect("/desk/releases/" + release.ID + "/passes")
}

// revokePass ends a pass, from its next request on.
func revokePass(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	if err := r.deps.Passes.Revoke(r.ctx(), r.actor(), release.ID, r.c.Params("pass")); err != nil {
		return err
	}
	r.tell(notice{Message: "desk.told_pass_revoked"})
	return r.redirect("/desk/releases/" + release.ID + "/passes")
}

// breakEmbargo lifts a release for everyone now, because somebody has broken its embargo.
func breakEmbargo(r *request) error {
	release, err := r.release()
	if err != nil {
		return err
	}
	typed := r.typed()
	_, err = r.deps.Releases.BreakEmbargo(r.ctx(), r.actor(), release.ID, typed.Get("reason"))
	if p, again := r.wrongInput(err); again {
		return r.passesPage(p.Status, release, nil, typed, p)
	}
	if err != nil {
		return err
	}
	r.deps.Engine.Wake()
	r.tell(notice{Message: "desk.told_broken"})
	return r.redirect("/desk/releases/" + release.ID)
}
