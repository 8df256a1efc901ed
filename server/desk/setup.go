package desk

import (
	"net/url"

	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// setupPage makes an account by a one-time link and, for the first one, the newsroom.
type setupPage struct {
	page
	Role    string
	Account form
	First   *form // nil when there is one already
}

func showSetup(r *request) error { return r.setupPage(fiber.StatusOK, url.Values{}, web.Problem{}) }

func (r *request) setupPage(status int, values url.Values, p web.Problem) error {
	role, err := r.deps.Auth.Invited(r.ctx(), r.c.Params("token"))
	if err != nil {
		return err
	}
	first, err := r.needsNewsroom(role)
	if err != nil {
		return err
	}
	data := setupPage{page: r.page("", r.say.T("desk.setup")), Role: r.say.T("desk.may_" + string(role))}
	data.Account = newForm(r.say, "account", values, p.Fields,
		field{Name: "name", Label: "desk.label_your_name", Autocomplete: "name"},
		field{Name: "email", Type: "email", Required: true, Autocomplete: "username"},
		field{Name: "password", Type: "password", Required: true, Autocomplete: "new-password", Help: "desk.help_password"},
	)
	if first {
		f := r.newsroomForm(withDefaults(r.say.Language, values), nil)
		data.First = &f
	}
	return r.write(status, "setup", data)
}

// needsNewsroom says whether the account is to make the first newsroom too.
func (r *request) needsNewsroom(role auth.Role) (bool, error) {
	newsrooms, err := r.deps.Releases.Newsrooms(r.ctx())
	return len(newsrooms) == 0 && role.May(auth.Admin), err
}

// acceptSetup makes the account first: the newsroom is then made in its name. When only the newsroom
// is wrong the account stands, and the newsroom's own form goes on from there.
func acceptSetup(r *request) error {
	typed := r.typed()
	cookie, officer, err := r.deps.Auth.Accept(r.ctx(), r.c.IP(), r.c.Params("token"), typed.Get("email"), typed.Get("name"), typed.Get("password"))
	if p, again := r.wrongInput(err); again {
		return r.setupPage(p.Status, typed, p)
	}
	if err != nil {
		return err
	}
	r.setCookie(r.cookie, cookie)
	r.who = auth.Identity{ID: officer.ID, Name: officer.Email, Role: officer.Role}
	first, err := r.needsNewsroom(officer.Role)
	if err != nil {
		return err
	}
	if first {
		return createNewsroom(r)
	}
	r.tell(notice{Message: "desk.told_account"})
	return r.redirect("/desk")
}
