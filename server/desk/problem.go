package desk

import (
	"errors"

	"dateline/server/auth"
	"dateline/server/web"

	"github.com/gofiber/fiber/v2"
)

// problem answers with an error: the sign-in page for whoever is not signed in, else a page that says
// what is wrong.
func (r *request) problem(err error) error {
	if errors.Is(err, auth.ErrUnauthorized) {
		return r.signInAgain()
	}
	p := web.ProblemOf(err, r.say)
	web.Blame(r.c, err)
	data := struct {
		page
		Fields []web.FieldProblem
	}{r.page("", r.say.T("desk.problem")), p.Fields}
	data.Problem = p.Detail
	return r.write(p.Status, "problem", data)
}

// wrongInput says whether a form should be shown again, and with which status: wrong fields are 422,
// a thing that is not in the state for it 409.
func (r *request) wrongInput(err error) (p web.Problem, again bool) {
	if err == nil {
		return web.Problem{}, false
	}
	p = web.ProblemOf(err, r.say)
	return p, p.Status == fiber.StatusUnprocessableEntity || p.Status == fiber.StatusConflict
}
