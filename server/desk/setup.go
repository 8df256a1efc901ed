package desk

import (
	"net/url"

	"dateline/releases"
	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// setupPage makes an account by a one-time link and, for the first one, the newsroom.
type setupPage struct {
	page
	Role    string
	Account form
	First   *form   // nil when there is one already
	Faults  []fault // what is wrong in either
}

func showSetup(r *request) error {
	return r.setupPage(fiber.StatusOK, url.Values{}, web.Problem{}, web.Problem{})
}

func (r *request) setupPage(status int, values url.Values, account, newsroom web.Problem) error {
	role, err := r.deps.Auth.Invited(r.ctx(), r.c.Params("token"))
	if err != nil {
		return err
	}
	first, err := r.needsNewsroom(role)
	if err != nil {
		return err
	}
	data := setupPage{page: r.page("", r.say.T("desk.setup")), Role: r.say.T("desk.may_" + string(role))}
	data.Account = newForm(r.say, "account", values, account.Fields,
		field{Name: "name", Label: "desk.label_your_name", Autocomplete: "name"},
		field{Name: "email", Type: "email", Required: true, Autocomplete: "username"},
		field{Name: "password", Type: "password", Required: true, Autocomplete: "new-password", Help: "desk.help_password"},
	)
	data.Faults = data.Account.Faults
	if first {
		f := r.newsroomForm(withDefaults(r.say.Language, values), newsroom.Fields)
		data.First = &f
		data.Faults = append(data.Faults, f.Faults...)
	}
	return r.write(status, "setup", data)
}

// needsNewsroom says whether the account is to make the first newsroom too.
func (r *request) needsNewsroom(role auth.Role) (bool, error) {
	newsrooms, err := r.deps.Releases.Newsrooms(r.ctx())
	return len(newsrooms) == 0 && role.May(auth.Admin), err
}

// acceptSetup makes nothing before all that was typed is right. The account comes first: the newsroom is
// made in its name.
func acceptSetup(r *request) error {
	typed := r.typed()
	if again, err := r.wrongSetup(typed); again || err != nil {
		return err
	}
	cookie, officer, err := r.deps.Auth.Accept(r.ctx(), r.c.IP(), r.c.Params("token"), typed.Get("email"), typed.Get("name"), typed.Get("password"))
	if p, again := r.wrongInput(err); again {
		return r.setupPage(p.Status, typed, p, web.Problem{})
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

// wrongSetup shows the page again where the first newsroom would be refused, with what is wrong with the
// account beside it.
func (r *request) wrongSetup(typed url.Values) (again bool, err error) {
	role, err := r.deps.Auth.Invited(r.ctx(), r.c.Params("token"))
	if err != nil {
		return false, err
	}
	first, err := r.needsNewsroom(role)
	if err != nil || !first {
		return false, err
	}
	newsroom, again := r.wrongInput(releases.CheckNewsroom(newNewsroomInput(typed)))
	if !again {
		return false, nil
	}
	account, _ := r.wrongInput(auth.CheckOfficer(typed.Get("email"), typed.Get("name"), typed.Get("password")))
	return true, r.setupPage(newsroom.Status, typed, account, newsroom)
}
