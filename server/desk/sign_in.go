package desk

import (
	"errors"
	"net/url"
	"strings"

	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// resumeLimit is how much typed text is carried over a sign-in.
const resumeLimit = 1 << 20

// signInPage is the form, and what whoever was interrupted wanted: To is a page or, with Typed, where
// a form was sent.
type signInPage struct {
	page
	Form  form
	To    string
	Typed string // the interrupted form, as it was sent
}

func showSignIn(r *request) error {
	return r.signInPage(fiber.StatusOK, url.Values{}, signInPage{})
}

// signInAgain is the answer to whoever is not signed in. A form sent with a session that has ended is
// kept in the page.
func (r *request) signInAgain() error {
	data := signInPage{To: r.c.OriginalURL()}
	if length := r.c.Request().Header.ContentLength(); isForm(r.c) && length >= 0 && length <= resumeLimit {
		data.Typed = string(r.c.Body())
	} else if r.c.Method() != fiber.MethodGet {
		data.To = ""
	}
	return r.signInPage(fiber.StatusUnauthorized, url.Values{}, data)
}

// isForm says whether a request carries a form without files.
func isForm(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm)
}

func (r *request) signInPage(status int, values url.Values, data signInPage) error {
	data.page, data.page.Problem = r.page("", r.say.T("desk.sign_in")), data.Problem
	data.Form = newForm(r.say, "sign-in", values, nil,
		field{Name: "email", Type: "email", Required: true, Autocomplete: "username"},
		field{Name: "password", Type: "password", Required: true, Autocomplete: "current-password"},
	)
	return r.write(status, "sign_in", data)
}

func signIn(r *request) error {
	typed := r.typed()
	data := signInPage{To: insideDesk(typed.Get("to")), Typed: typed.Get("typed")}
	cookie, _, err := r.deps.Auth.SignIn(r.ctx(), r.c.IP(), typed.Get("email"), typed.Get("password"))
	switch {
	case errors.Is(err, auth.ErrTooMany):
		r.c.Set(fiber.HeaderRetryAfter, "900")
		data.Problem = r.say.T("desk.sign_in_too_many")
		return r.signInPage(fiber.StatusTooManyRequests, typed, data)
	case errors.Is(err, auth.ErrUnauthorized):
		data.Problem = r.say.T("desk.sign_in_wrong")
		return r.signInPage(fiber.StatusUnauthorized, typed, data)
	case err != nil:
		return err
	}
	r.setCookie(r.cookie, cookie)
	if data.Typed == "" {
		return r.redirect(data.To)
	}
	return r.resume(data.To, data.Typed)
}

// resume shows that what was typed before the sign-in is still there, with a button that sends it.
func (r *request) resume(to, typed string) error {
	values, _ := url.ParseQuery(typed)
	data := struct {
		page
		To     string
		Values url.Values
	}{page{Page: web.Page{Say: r.say, Title: r.say.T("desk.resume")}}, to, values}
	return r.write(fiber.StatusOK, "resume", data)
}

// insideDesk keeps a sign-in from sending anybody elsewhere.
func insideDesk(to string) string {
	if to == "/desk" || strings.HasPrefix(to, "/desk/") || strings.HasPrefix(to, "/desk?") {
		return to
	}
	return "/desk"
}
